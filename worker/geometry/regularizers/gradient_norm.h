#pragma once

#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// R(θ) = ‖∇_θ L_B(θ)‖², the squared Euclidean norm over all trainable parameters of the gradient
// of the batch's mean loss; ∂R/∂θ = 2·H·∇L exactly.
//
// Source: GD 2; the binding conventions of GC (penalty = μ‖g_B‖²).
// weight = h/4 (h: learning rate) doubles the implicit effect of plain gradient descent.
// Cost: one extra backward pass, plus one to differentiate it.
std::unique_ptr<Regularizer> MakeGradientNorm();

}  // namespace geometer::geometry
