#pragma once

#include <string>

#include "geometer/v1/measurement.pb.h"
#include "worker/trainer/checkpoint.h"
#include "worker/trainer/measuring.h"
#include "worker/trainer/pulse.h"
#include "worker/trainer/recurrence.h"
#include "worker/trainer/supervisor.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// What a loop works with. All borrowed.
struct LoopParts {
  const Training& training;
  Measuring& measuring;
  Checkpoints& checkpoints;
  Supervisor& supervisor;
  Pulse& pulse;
};

// Trains `state` to the end of the run, from wherever it stands.
//
// A step is a completed update. At each step boundary, in this order: measure, report the points,
// write a checkpoint; a run is measured at step 0, at each probe's cadence, which a budget
// stretches, and at the end, and one that resumes at a step has been measured there. Requests of
// the supervisor are obeyed between steps. A loss or parameters that are not finite end the run as
// DIVERGED, with all probes measured once more: divergence is a result.
//
// Returns how it ended; an error when a checkpoint can't be written or a probe can't be measured.
absl::StatusOr<v1::Finish> Train(const LoopParts& parts, const Recurrence& checkpoint_every,
                                 State& state);

}  // namespace geometer::trainer
