#pragma once

#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/models/model.h"

namespace geometer::geometry {

inline int64_t NumberOfParameters(const Model& model) {
  int64_t count = 0;
  for (const at::Tensor& p : model.Initialize(0, at::kFloat).parameters) count += p.numel();
  return count;
}

// The first parameters' names.
inline std::vector<std::string> FirstNames(const Model& model, size_t count) {
  const std::vector<std::string>& names = model.parameter_names();
  return {names.begin(), names.begin() + static_cast<int64_t>(count)};
}

// The result of fresh weights of seed 0 on images of `shape`, in float64.
inline ForwardResult FreshForward(const Model& model, at::IntArrayRef shape,
                                  const Pass& pass = Mode::kEvaluation) {
  const Variables fresh = model.Initialize(0, at::kDouble);
  return model.Forward(fresh.parameters, fresh.buffers, Noise(shape, "images"), pass);
}

}  // namespace geometer::geometry
