#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

double WarmupShare(int64_t step, int64_t warmup) {
  if (step >= warmup) return 1;
  return static_cast<double>(step + 1) / static_cast<double>(warmup + 1);
}

}  // namespace geometer::geometry
