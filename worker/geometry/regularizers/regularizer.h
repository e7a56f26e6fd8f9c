#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/evaluation.h"

namespace geometer::geometry {

// What a penalty reads of an evaluation beside the loss and its graph.
enum class Needs {
  kNothing,
  kGradient,        // `gradient`
  kInputGraph,      // `batch.inputs`, to be differentiated in
  kOtherGradients,  // `other_gradients`
};

// A penalty R(θ) added to the training loss: L̃(θ) = L(θ) + w·R(θ).
//
// Pure in its argument: keeps no state, draws from `evaluation.pass.random` only, never touches the
// parameters. Thread-safe.
class Regularizer {
 public:
  virtual ~Regularizer() = default;

  virtual Needs needs() const { return Needs::kNothing; }

  // Returns R, shape [], in the loss's dtype and device, attached to the graph so that ∂R/∂θ
  // exists. `evaluation.loss` must still hold its graph, and holds it afterwards; what needs()
  // names must be there.
  // Cost: stated by each implementation, in forward and backward passes (fb) on top of the loss's
  // own, the one that differentiates R included.
  virtual at::Tensor Penalty(const Evaluation& evaluation) const = 0;
};

}  // namespace geometer::geometry
