#pragma once

#include <cstdint>

namespace geometer::geometry {

// What a schedule may look at before an update.
struct ScheduleContext {
  double base_rate;     // the declared learning rate
  int64_t step;         // completed updates, 0 before the first
  int64_t total_steps;  // updates that the whole run will do, at least 1
};

// The learning rate of the next update, a pure function of its context. Thread-safe.
class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual double Rate(const ScheduleContext& context) const = 0;
};

}  // namespace geometer::geometry
