#pragma once

#include "worker/geometry/examples.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Makes one update of `state` from `batch` by the run's rule, along the gradient of its regularized
// loss (batch_loss.h). Returns false, with `state` unchanged, when that loss is not finite: the run
// diverged.
// Cost: that of the loss's gradient, of the rule, and of an adaptive schedule.
bool MakeUpdate(const Training& training, const geometry::Examples& batch, State& state);

}  // namespace geometer::trainer
