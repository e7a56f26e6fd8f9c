#pragma once

#include <ATen/ops/tensor.h>

#include <cstdint>

#include "worker/geometry/optimizers/optimizer.h"

namespace geometer::geometry {

// θ after `steps` steps at rate 0.1 on L = θ²/2 (gradient θ) from θ = 1.
inline double ThetaAfter(const Optimizer& rule, int64_t steps) {
  const Tensors params = {at::tensor({1.0}, at::kDouble)};
  NamedTensors state = rule.InitialState({"w"}, params);
  for (int64_t i = 0; i < steps; ++i) rule.Step({params, {params[0].clone()}, 0.1, i}, state);
  return params[0].item<double>();
}

}  // namespace geometer::geometry
