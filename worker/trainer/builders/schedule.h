#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/schedule.pb.h"
#include "worker/geometry/schedules/adaptive.h"
#include "worker/geometry/schedules/schedule.h"

namespace geometer::trainer {

// The learning rate, or the factor on a strength, over a run: a shape and its warm-up.
struct RateRule {
  std::unique_ptr<geometry::Schedule> schedule;          // absent for an adaptive one
  std::unique_ptr<geometry::AdaptiveSchedule> adaptive;  // absent otherwise
  int64_t warmup = 0;
  uint32_t reference_batch = 0;  // 0: none

  // What the rates at `step` may look at, around `base_rate`.
  geometry::ScheduleContext At(double base_rate, int64_t step, int64_t total_steps) const {
    return {base_rate, step, total_steps, warmup};
  }
  // The rate of a schedule that is not adaptive.
  double Rate(double base_rate, int64_t step, int64_t total_steps) const {
    return schedule->Rate(At(base_rate, step, total_steps)) * geometry::WarmupShare(step, warmup);
  }
};

// The schedule of an explicit spec. InvalidArgument: no shape, or an unknown enum value.
absl::StatusOr<RateRule> BuildSchedule(const v1::Schedule& spec);

}  // namespace geometer::trainer
