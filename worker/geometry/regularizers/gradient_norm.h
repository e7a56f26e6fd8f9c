#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/datasets/split_examples.h"
#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// R(θ) = ‖∇_θ L(θ)‖², the squared Euclidean norm over all trainable parameters of the gradient of a
// mean loss, exactly, with ∂R/∂θ = 2·H·∇L; or ‖∇L‖ where `squared` is false, with gradient 0 where
// the norm is 0.
//
// Source: GD 2, 3.1; the binding conventions of GC (penalty = μ‖g_B‖²).
// weight = h/4 (h: learning rate) doubles the implicit effect of plain gradient descent.

struct GradientNormOptions {
  bool squared = true;
};

// L = L_B, the mean over the batch. Cost: 0.8 to 2 fb (squared_gradient.h). Memory: the graph of
// the gradient, twice that of the loss.
std::unique_ptr<Regularizer> MakeGradientNorm(const GradientNormOptions& options = {});

// The mean of ‖∇L_k‖² (or ‖∇L_k‖) over parts k of the batch of `part` examples each, an incomplete
// last one left out: paper 10's C_reg; its coefficient λ means weight λ/4. Each part is evaluated
// by itself, so that batch normalisation takes its statistics, and with its own masks
// of dropout. Cost: 3 fb. Memory: the graphs of
// all parts.
std::unique_ptr<Regularizer> MakePartGradientNorm(int64_t part,
                                                  const GradientNormOptions& options = {});

// L is the mean over all of `split`, in evaluation mode, taken `chunk` examples at a time, and the
// batch plays no part. Has no second derivative. Cost: 4 fb over the split. Memory: that of a
// chunk's Hessian-vector product.
std::unique_ptr<Regularizer> MakeFullGradientNorm(SplitExamples split, int64_t chunk,
                                                  const GradientNormOptions& options = {});

}  // namespace geometer::geometry
