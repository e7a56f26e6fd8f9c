#pragma once

#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// h = h₀·(f + (1 − f)(1 − u)^p), u the share of the run that is over, p = `power` > 0 and
// f = `final_factor` ≥ 0: a line for p = 1.
std::unique_ptr<Schedule> MakePolynomial(double power, double final_factor);

}  // namespace geometer::geometry
