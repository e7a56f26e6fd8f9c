#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// h(s) = h₀·factorⁿ, n the number of `milestones` (completed updates) at or before s.
std::unique_ptr<Schedule> MakeStep(std::vector<int64_t> milestones, double factor);

}  // namespace geometer::geometry
