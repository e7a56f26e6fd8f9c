#pragma once

#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// R(θ) = L_B(θ + ρ·ĝ) − L_B(θ), ĝ = g/‖g‖ with g = ∇L_B(θ) held constant; 0 where g is 0. With
// weight 1 the loss's gradient becomes ∇L_B(θ + ρĝ): sharpness-aware minimisation (SAM). For small
// `radius` ρ, in units of the parameters, R is ρ‖g‖: gradient_norm without the square.
//
// Source: the binding conventions of GC. All trainable parameters are displaced; the displaced
// pass sees the same batch and randomness, and its running statistics are dropped.
// ∂R/∂θ is taken with ĝ constant, as SAM does; it has no second derivative.
// Cost: 1 fb. Memory: that of a second evaluation.
std::unique_ptr<Regularizer> MakeSharpness(double radius);

}  // namespace geometer::geometry
