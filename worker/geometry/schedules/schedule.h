#pragma once

#include <cstdint>

namespace geometer::geometry {

// What a schedule may look at before an update.
struct ScheduleContext {
  double base_rate;        // the declared learning rate
  int64_t step;            // completed updates, 0 before the first
  int64_t total_steps;     // updates that the whole run will do, at least 1
  int64_t first_step = 0;  // completed updates at which the shape begins, after a warm-up

  // Share of the shape that is over, in [0, 1].
  double Progress() const {
    if (step <= first_step) return 0;
    return static_cast<double>(step - first_step) / static_cast<double>(total_steps - first_step);
  }
};

// The learning rate of the next update, a pure function of its context. Thread-safe.
class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual double Rate(const ScheduleContext& context) const = 0;
};

// The share of its rate that a schedule with `warmup` steps of warm-up has at `step`: it rises
// evenly, and is 1 from `warmup` on.
double WarmupShare(int64_t step, int64_t warmup);

}  // namespace geometer::geometry
