#pragma once

#include <vector>

#include "worker/trainer/training.h"

namespace geometer::trainer {

// What a run's penalties add to its updates, in seconds.
struct PenaltyCost {
  double plain = 0;             // the loss and gradient of one update, without any penalty
  std::vector<double> extra{};  // of each penalty alone, on top of that; 0 where too small to tell
};

// Takes the loss and gradient of the first update without penalties and with each alone, as if in
// full force, again and again for about `seconds` in all; at least twice each, the first, cold, not
// counted. The fastest of each counts: others were disturbed. Leaves `training` as it was.
PenaltyCost TimePenalties(Training& training, double seconds);

}  // namespace geometer::trainer
