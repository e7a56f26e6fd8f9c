#pragma once

#include <cstdint>
#include <functional>

#include "worker/trainer/training.h"

namespace geometer::trainer {

// Takes the order of a complete round of turns back, to second order, from `state` right after it:
//   θ ← θ − (h²/2)·Σ_{i<j} (H_j g_i − H_i g_j),
// the sum over all pairs of its updates on different tasks, i before j, h the last rate. Gradients
// and products are those of the updates' regularized losses on their batches, at θ. What is left
// follows the losses' flatness terms alone, as a random order does in the mean.
//
// `batch_at` tells the batch of the update after a step again, twice, one at a time: a round may be
// long.
// Sequential turns only. Source: GD 4.2, 4.4. Cost: of each update its gradient twice and a product
// with its Hessian.
void CorrectBracket(const Training& training, const std::function<UpdateBatch(int64_t)>& batch_at,
                    State& state);

}  // namespace geometer::trainer
