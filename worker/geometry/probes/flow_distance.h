#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/flows.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct FlowDistanceOptions {
  std::vector<Flow> flows = {Flow::kGradient, Flow::kModified, Flow::kThirdOrder, Flow::kPrincipal};
  int64_t steps = 5;          // n, of descent
  int64_t substeps = 8;       // of the integrator per step; even
  double tolerance = 0.01;    // on the integrator's error, relative to the distance
  int64_t max_products = 60;  // of a value of a principal flow
};

// How well flows (flows.h) model descent from the current point. θ₀, …, θ_n are n steps of plain
// gradient descent at the rate h of the next update on the loss that is stepped (stepped_loss.h),
// over the whole sample; θ(t) the flow from θ₀:
//   "descent_length", index j    ‖θ_j − θ₀‖, j = 1 … n
//   "gradient_flow_distance", "modified_flow_distance", "third_order_flow_distance",
//   "principal_flow_distance", "non_principal_flow_distance", index j
//                                ‖θ_j − θ(jh)‖
// `residual` is the integrator's error relative to the distance, a fifteenth of what half the
// substeps change; converged also where that error is rounding. NaN, not converged, from where a
// principal flow is refused: h·λ ≥ 1 along g, or more than `max_products` needed.
//
// All in float64. The run itself moves by batches and maybe with momentum; this is the descent that
// the theory is about. Nothing of the run moves.
//
// Source: GD 1.2, 5.1, 8.3. Cost: 6·substeps·steps values of each field (flows.h). Memory: one
// chunk, and a few vectors of parameters in float64 for each flow; a principal flow holds one for
// each product of a value.
std::unique_ptr<Probe> MakeFlowDistanceProbe(const FlowDistanceOptions& options = {});

}  // namespace geometer::geometry
