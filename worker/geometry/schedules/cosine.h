#pragma once

#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// h = f·h₀ + (1 − f)·h₀·(1 + cos(πu))/2, u the share of the run that is over, f = `final_factor` in
// [0, 1]: h₀ at the first update, f·h₀ after the last.
std::unique_ptr<Schedule> MakeCosine(double final_factor);

}  // namespace geometer::geometry
