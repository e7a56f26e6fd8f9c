#pragma once

#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// The base rate at every step.
std::unique_ptr<Schedule> MakeConstant();

}  // namespace geometer::geometry
