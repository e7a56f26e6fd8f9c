#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/evaluation.h"

namespace geometer::geometry {

// A penalty R(θ) added to the training loss: L̃(θ) = L(θ) + w·R(θ).
//
// Pure in its argument: keeps no state, draws no randomness of its own, never touches the
// parameters. Thread-safe.
class Regularizer {
 public:
  virtual ~Regularizer() = default;

  // Returns R, shape [], in the loss's dtype and device, attached to the graph so that ∂R/∂θ
  // exists. `evaluation.loss` must still hold its graph, and holds it afterwards.
  // Cost: stated by each implementation, in backward passes.
  virtual at::Tensor Penalty(const Evaluation& evaluation) const = 0;
};

}  // namespace geometer::geometry
