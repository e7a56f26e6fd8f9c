#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// A triangle wave: from lowest_factor·h₀ up to h₀ in half a `period` (updates, at least 2) and down
// again in the other.
std::unique_ptr<Schedule> MakeCyclic(int64_t period, double lowest_factor);

}  // namespace geometer::geometry
