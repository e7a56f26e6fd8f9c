#pragma once

#include "worker/trainer/batches.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Makes one update of `state` from `batch` by the run's rule, along the gradient of its regularized
// loss (batch_loss.h). Returns false, with `state` unchanged, when that loss is not finite: the run
// diverged.
// Cost: that of the loss's gradient, of the rule, and of an adaptive schedule.
bool MakeUpdate(const Training& training, const UpdateBatch& batch, State& state);

// Makes the update that is next, from its batch; where it ends a round of turns, with the bracket
// correction that the run asks for (bracket_correction.h). Returns as MakeUpdate.
bool Advance(const Training& training, Batches& batches, State& state);

}  // namespace geometer::trainer
