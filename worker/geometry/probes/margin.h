#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

// Returns M(v, y) = v_y − max_{i ≠ y} v_i of each example, shape [N], float64; not above 0 where
// the example is misclassified. `output`: [N, K], K ≥ 2; `labels`: [N], int64. Source: GC 5.1.
at::Tensor Margins(const at::Tensor& output, const at::Tensor& labels);

// Returns the ramp loss of each margin: 1 up to 0, 0 from `gamma` on, linear between. Lies between
// 1[M ≤ 0] and 1[M ≤ γ]. Source: GC 5.1.
at::Tensor RampLoss(const at::Tensor& margins, double gamma);

// What the bound on the error rate is made of.
struct MarginBoundTerms {
  double ramp_risk = 0;          // mean ramp loss over the sample
  double complexity = 0;         // a₁, geometric complexity
  double mean_output = 0;        // a₂, ‖mean of f‖
  double poincare_constant = 0;  // ρ of the inputs' law
  double gamma = 1;              // margin of the ramp loss
  double delta = 0.05;           // probability of failure
  int64_t outputs = 1;           // K; 1: a binary classifier with confidence margin y·f(x)
  int64_t examples = 1;          // m
};

// Returns R + c·C̃·√π/(γm) + 3√(log(2/δ)/(2m)), C̃ = a₂ + √(a₁ρ/δ), c = 36√K, or 12 for K = 1.
//
// HEURISTIC: the theorem as printed is false (for inputs of 3 dimensions or more there are networks
// with error ½ and a right side of 0.15), and finite data have no Poincaré constant. Good for
// comparing runs, not as a guarantee. Source: GC 5.2 (Thm 4.2 and 1.1), GC 5.3.
double MarginBound(const MarginBoundTerms& terms);

}  // namespace geometer::geometry
