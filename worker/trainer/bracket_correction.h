#pragma once

#include <vector>

#include "worker/trainer/training.h"

namespace geometer::trainer {

// Takes the order of a complete round of turns back, to second order, from `state` right after it:
//   θ ← θ − (h²/2)·Σ_{i<j} (H_j g_i − H_i g_j),
// the sum over all pairs of its updates on different tasks, i before j, h the last rate. Gradients
// and products are those of the updates' regularized losses on their batches, at θ. What is left
// follows the losses' flatness terms alone, as a random order does in the mean.
//
// `round` holds the batches of the round's updates, in their order; sequential turns only. Source:
// GD 4.2, 4.4. Cost: of each update its gradient twice and a product with its Hessian.
void CorrectBracket(const Training& training, const std::vector<UpdateBatch>& round, State& state);

}  // namespace geometer::trainer
