#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Returns ‖∂loss/∂params‖², shape [], float64, differentiable any number of times; keeps the graph
// of `loss` (shape []), to which `params` must be attached.
//
// The gradient of a dense weight is δᵀh, of the N examples' inputs h, [N, in], and of the gradients
// δ, [N, out], in the outputs. Where that takes fewer multiplications (for h with history, where
// 2N·(in + out) < 3·in·out), its squared norm is taken as ⟨δδᵀ, hhᵀ⟩, and so is its derivative,
// without ever forming it. Everything else is differentiated as it is.
// Cost with a backward pass over loss plus a multiple of it, in forward and backward passes: 1.8
// for an MLP 784-256-256-10 and 128 examples, 2.3 without that; 3 for convolutions.
at::Tensor SquaredGradient(const at::Tensor& loss, const Tensors& params);

}  // namespace geometer::geometry
