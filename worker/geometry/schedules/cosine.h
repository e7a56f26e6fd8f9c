#pragma once

#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// h(s) = f·h₀ + (1 − f)·h₀·(1 + cos(π s/S))/2 with S total steps and f = `final_factor` in [0, 1]:
// h₀ at the first update, f·h₀ once s = S.
std::unique_ptr<Schedule> MakeCosine(double final_factor);

}  // namespace geometer::geometry
