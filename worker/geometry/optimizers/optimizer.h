#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// What one update needs. Borrowed for the duration of the call.
struct Update {
  at::TensorList params;     // changed in place
  at::TensorList gradients;  // of the regularized loss, same order and shapes
  double learning_rate;
  int64_t step = 0;  // completed updates
  // The gradient at other parameters, on the same batch with the same randomness.
  std::function<Tensors(const Tensors&)> gradient_at{};
};

// An update rule θ ← Step(θ, ∇L, h). Its memory is explicit: a checkpoint that holds the list of
// state tensors resumes exactly. Stateless itself; thread-safe.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Returns the state before the first step, such as zero momentum buffers, named
  // "<what>.<parameter name>" in the parameters' order. May be empty.
  virtual NamedTensors InitialState(const std::vector<std::string>& names,
                                    at::TensorList params) const = 0;

  // Updates `update.params` and `state` in place, outside any autograd graph. `state` must come
  // from InitialState or an earlier Step.
  virtual void Step(const Update& update, NamedTensors& state) const = 0;
};

}  // namespace geometer::geometry
