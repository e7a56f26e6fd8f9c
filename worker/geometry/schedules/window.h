#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// The base rate while `start` ≤ completed updates < `stop`, 0 otherwise. Source: GD 9.
std::unique_ptr<Schedule> MakeWindow(int64_t start, int64_t stop);

}  // namespace geometer::geometry
