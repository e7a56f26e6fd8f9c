#pragma once

#include "geometer/v1/trainer.pb.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/supervisor.h"

namespace geometer::trainer {

// Runs one attempt from its spec to its end and returns how it ended; never throws.
//
// Reports, in this order: AttemptStarted; points, progress and checkpoints; an ArtifactReady for
// each of weights.safetensors, summary.json and job.yaml. Not the Finish, which is returned.
// An attempt that failed leaves no artifacts. Sets the process's threads and deterministic mode;
// one attempt at a time.
v1::Finish RunAttempt(const v1::StartAttempt& start, DatasetLoader& datasets,
                      Supervisor& supervisor);

}  // namespace geometer::trainer
