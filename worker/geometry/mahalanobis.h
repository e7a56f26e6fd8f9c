#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::geometry {

// Gaussians with one covariance, a mean for each class, fitted to features.
//
// The covariance is Σ = (1/N) Σ_n (h_n − μ_y)(h_n − μ_y)ᵀ; distances use its pseudo-inverse, so
// what never varied in the fitted features counts nothing. Source: MG I.2.5 (the method of its
// table). Thread-safe.
class ClassGaussians {
 public:
  // `features`: [N, p], N ≥ 1; `labels`: int64 [N], or undefined for one Gaussian of all. Classes
  // without examples have no mean. Features that are not finite give distances of NaN. Cost: an
  // eigendecomposition of a p×p matrix; all in float64.
  ClassGaussians(const at::Tensor& features, const at::Tensor& labels);

  // min_c (h − μ_c)ᵀ Σ⁺ (h − μ_c), shape [n], float64, of `features` [n, p].
  at::Tensor SquaredDistance(const at::Tensor& features) const;

 private:
  at::Tensor means_;      // [C, p]
  at::Tensor whitening_;  // [p, r], its product with its transpose is Σ⁺
};

}  // namespace geometer::geometry
