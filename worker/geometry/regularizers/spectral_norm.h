#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

enum class SpectralMethod {
  kExact,           // dense layers by decomposition; others by Lanczos to a residual of 1e-3·σ²
  kPowerIteration,  // steps of power iteration from a fixed vector: a lower bound
};

struct SpectralNormOptions {
  SpectralMethod method = SpectralMethod::kExact;
  int64_t iterations = 100;  // of power iteration; of Lanczos, the most
};

// R(θ) = ½·Σ over dense and convolutional layers of σ², σ the layer's largest singular value as a
// map of its real input (linear_layers.h): for a convolution with its padding and stride, and with
// the batch normalisation right behind it folded in.
//
// Source: GC 3.2; the table of GC 9 uses this convention. ∂(½σ²)/∂W = σ·u·vᵀ, from the singular
// vectors; so an unconverged v gives a lower bound and its gradient. Running statistics count
// as constants. Has no second derivative: v counts as one too.
// Cost: an eigenvalue problem of the smaller side of each dense weight; for each convolution two
// convolutions of a single example per iteration. Memory: a vector per iteration, at most 64.
std::unique_ptr<Regularizer> MakeSpectralNorm(const SpectralNormOptions& options = {});

}  // namespace geometer::geometry
