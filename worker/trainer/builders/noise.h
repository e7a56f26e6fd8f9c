#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/noise.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/noise/noise.h"
#include "worker/trainer/builders/schedule.h"

namespace geometer::trainer {

// A random change of the batches, and how strong it is over the run.
struct ScheduledNoise {
  std::unique_ptr<geometry::Noise> noise;
  double strength = 0;
  RateRule schedule;
};

// The noise of an explicit spec for a run on `data`. InvalidArgument: no kind is given, or one that
// the data's targets don't allow.
absl::StatusOr<ScheduledNoise> BuildNoise(const v1::Noise& spec, const geometry::Dataset& data);

}  // namespace geometer::trainer
