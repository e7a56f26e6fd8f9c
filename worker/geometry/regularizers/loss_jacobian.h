#pragma once

#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// R(θ) = (1/N) Σ_n |∂ℓ_n/∂x_n|², the mean over the batch of the squared norms of the examples' loss
// gradients in their inputs, no ½; x is what the network sees.
//
// Source: GC 3.4 (T3'). Where examples interact, as through batch normalisation in training mode,
// ℓ_n stands for the sum of all losses. Cost: 2 fb.
std::unique_ptr<Regularizer> MakeLossJacobian();

}  // namespace geometer::geometry
