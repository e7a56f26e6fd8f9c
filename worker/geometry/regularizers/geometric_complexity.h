#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// What of a network is differentiated in its inputs.
enum class ComplexityTarget { kOutput, kEmbedding, kLayer };

struct ComplexityPenaltyOptions {
  ComplexityTarget target = ComplexityTarget::kOutput;
  std::string layer{};      // an activation's name, for kLayer
  int64_t projections = 0;  // random directions per example; 0: exact
};

// R(θ) = (1/N) Σ_n ‖∂f(x_n)/∂x_n‖_F² over the batch, no ½; f is the output (logits), the embedding
// (the last activation) or a named activation, x what the network sees, in training mode.
//
// Exactly, by a backward pass for each of f's K numbers, or for the output of a dense chain by the
// product of its layers' Jacobians; or without bias from `projections` Rademacher vectors v for
// each example and update: the mean of |vᵀJ|². Where examples interact, as through batch
// normalisation in training mode, ∂f(x_n)/∂x_n stands for the derivative of Σ_m f(x_m).
//
// Source: GC 2.1, 2.3, 3.8, 8.2. weight = μ adds μ·GC; others' penalties may hold ½ of it.
// Cost: K fb, 0.6 of it in a dense chain; one for each projection. Memory: the graphs of as many
// backward passes.
std::unique_ptr<Regularizer> MakeGeometricComplexity(const ComplexityPenaltyOptions& options = {});

}  // namespace geometer::geometry
