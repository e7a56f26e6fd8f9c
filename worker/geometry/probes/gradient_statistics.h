#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct GradientStatisticsOptions {
  int64_t batch_size = 32;  // B; all of a smaller sample is one batch
  int64_t compared = 8;     // most batches whose gradients are compared in pairs
  bool transfer = false;    // both sides of T4; a plain chain of dense layers only
};

// How the gradients of examples and of batches scatter around that of the loss L, the objective's
// mean without penalties, in evaluation mode. The sample is cut into batches of B in its order; a
// remainder is left out of everything, so that N is a multiple of B.
//
//   full_gradient_norm       ‖∇L‖
//   example_gradient_square  the mean of ‖∇ℓ_n‖² over examples
//   gradient_variance        Γ = (1/N) Σ‖∇ℓ_n − ∇L‖²
//   gradient_noise_trace     N/(N − 1)·Γ: the unbiased trace of the covariance of ∇ℓ_n
//   c_reg                    the mean of ‖g_B‖² over the batches, with its standard error over them
//   expected_c_reg           its mean over all ways to cut the sample into batches:
//                            ‖∇L‖² + (N − B)/(N − 1)·Γ/B
//   batch_gradient_norm      ‖g_B‖ of batch = index
//   gradient_cosine_mean, …_min
//                            of the angles between the gradients of the first `compared` batches,
//                            samples = pairs; absent where there is one batch
//   transfer_left, …_right, …_slack
//                            T4: (1/B²) Σ_B Tau·|∂ℓ_n/∂x|² ≤ (1/B²) Σ_B ‖∇ℓ_n‖², means over the
//                            batches; the smallest ratio of all examples, infinite where the left
//                            side is 0
//
// Source: GD 3.1, 3.2; GC 3.4, 3.5. Cost: a forward and backward pass, and that of
// example_gradients.h; for T4 that of complexity_bounds.h. Memory: one chunk, three vectors of the
// parameters' size in float64, and `compared` in the parameters' dtype.
std::unique_ptr<Probe> MakeGradientStatisticsProbe(const GradientStatisticsOptions& options = {});

}  // namespace geometer::geometry
