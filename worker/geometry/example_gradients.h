#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/evaluation.h"
#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// Returns ‖∇_θ ℓ_n‖² of each example's loss ℓ_n in evaluation mode, shape [N], float64, exactly and
// without forming the gradients. `network` must require gradients.
//
// The graph of the losses tells which operations read the parameters: of dense layers, convolutions
// and normalisations by running statistics, the inputs and the gradients in the outputs are enough
// (layer_gradients.h). Where a parameter is read by any other operation, or more than once, a
// forward and backward pass per example takes their place. Examples must not interact, and
// operations must keep them in the first dimension.
//
// Source: GD 3.1 (∇C_i). Cost: a forward pass, a backward pass that leaves out the parameters, and
// for each convolution about the product that it left out; 0.7 of a forward and backward pass for
// an MLP, 1.2 for a ResNet. Memory: the inputs and outputs of all layers over the N examples.
at::Tensor ExampleGradientSquares(const Network& network, const Objective& objective,
                                  const Examples& examples);

}  // namespace geometer::geometry
