#pragma once

#include <cstdint>

#include "worker/geometry/evaluation.h"
#include "worker/geometry/examples.h"

namespace geometer::geometry {

// Returns `network` with running statistics of its own: of each normalisation the mean and the
// biased variance, over `sample`, of what it is given once those before it have theirs. Evaluation
// mode then computes on `sample` what training mode would, were it one batch. Parameters are
// shared; nothing of `network` changes; one without normalisation comes back as it is.
//
// Exact, layer by layer, whatever the chunk size; sums over chunks in float64. Cost: a forward pass
// over `sample` for each normalisation. Memory: one chunk.
//
// Source: GC 8.3, point 1.
Network Calibrated(const Network& network, const Examples& sample, int64_t chunk_size);

}  // namespace geometer::geometry
