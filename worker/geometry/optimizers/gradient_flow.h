#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "worker/geometry/optimizers/optimizer.h"

namespace geometer::geometry {

struct GradientFlowOptions {
  int64_t steps = 1;                  // even steps per update, or the most adaptive ones
  std::optional<double> tolerance{};  // of each adaptive step; absent: even steps
};

// The flow dθ/dt = −∇L(θ) of the batch's loss, solved for a time h each update: descent without its
// discretization error, as a control. Integrates in float64, evaluates in the parameters' dtype.
// Where the adaptive method does not reach h within `steps` steps the parameters become NaN.
// Source: GD 8.3; flows.h. Cost: four gradients per even step, six per adaptive one,
// and the one of the update, which is not used. No state.
std::unique_ptr<Optimizer> MakeGradientFlow(const GradientFlowOptions& options);

}  // namespace geometer::geometry
