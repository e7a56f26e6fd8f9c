#pragma once

#include "worker/geometry/examples.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Makes one update of `state` from `batch`: a step along the gradient of the loss plus the weighted
// penalties. Returns false, with `state` unchanged, when that sum is not finite: the run diverged.
// Cost: a forward and a backward pass, and what the penalties state.
bool MakeUpdate(const Training& training, const geometry::Examples& batch, State& state);

}  // namespace geometer::trainer
