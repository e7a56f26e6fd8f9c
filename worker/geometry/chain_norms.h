#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/evaluation.h"

namespace geometer::geometry {

// Returns ‖∂f(x)/∂x‖_F² of each example, shape [N], float64, for a network that is a plain chain of
// dense layers (Model::DenseChain), exactly: by the product of the layers' Jacobians in the
// network's dtype. A first layer W that is narrower than the inputs enters as WWᵀ, which saves the
// widest of the products. Differentiable in the parameters where they require gradients.
//
// Source: GC 8.1. Cost for all K outputs: K rows through the inner layers, and WWᵀ; twice that to
// differentiate. Memory: N·width for each layer, and K·width for some of the examples; for all of
// them where it is differentiated.
at::Tensor ChainSquaredNorms(const Network& network, const at::Tensor& inputs);

}  // namespace geometer::geometry
