#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// A sample's embedding h (probes/embedding.h) reduced to its K classes and to numbers per example,
// float64. A class c without examples has a mean μ_c and a variance of NaN; then the last three
// lists, which need every mean, are NaN too.
struct ClassStatistics {
  at::Tensor counts;     // [K]
  at::Tensor means;      // [K, p]: μ_c
  at::Tensor variances;  // [K]: mean of |h − μ_c|² over class c
  at::Tensor deviation;  // [N]: |h − μ_c|², c the example's class
  at::Tensor whitened;  // [N]: (h − μ_c)ᵀ Σ_B⁺ (h − μ_c); its mean is tr(Σ_W Σ_B⁺) (Whitening)
  at::Tensor mismatch;  // [N]: 1 where the network and the nearest mean disagree, else 0
  at::Tensor error;     // [N]: 1 where the nearest mean is another class's, else 0
};

// Two passes over the sample: means, then deviations from them; without a subtraction of large
// moments and without a p×p matrix. The second computes the embedding again unless the sample is
// one chunk. Memory: one chunk. Targets must be labels below `classes`.
ClassStatistics GatherClassStatistics(const Subject& subject, int64_t classes);

}  // namespace geometer::geometry
