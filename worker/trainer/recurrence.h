#pragma once

#include <cstdint>
#include <optional>

#include "geometer/v1/cadence.pb.h"
#include "worker/geometry/task_order.h"

namespace geometer::trainer {

// The steps at which something with a cadence is due: each time another period is complete or the
// next update is on another task, and at the end of the run. A value; never due when default-made.
class Recurrence {
 public:
  Recurrence() = default;
  // `steps_per_epoch` turns a period in epochs, which may be a fraction, into steps.
  Recurrence(const v1::Cadence& cadence, int64_t steps_per_epoch, int64_t total_steps,
             const geometry::TaskPlan& plan = {});

  // Whether it is due once `step` ≥ 1 updates are complete. A pure function of the step.
  bool DueAt(int64_t step) const;

  // Steps from one time to the next, at least 1; of task switches their mean; 0 for never.
  double period() const;

  // At how many steps of the run it is due; in a random or palindromic order about so many.
  int64_t Times() const;

 private:
  // How many periods are complete after `step` updates.
  double Completed(int64_t step) const;

  double period_ = 0;                           // in steps; 0 for never
  std::optional<geometry::TaskPlan> switches_;  // of its tasks, instead of periods
  int64_t total_steps_ = 0;
};

}  // namespace geometer::trainer
