#pragma once

#include <memory>

#include "geometer/v1/schedule.pb.h"
#include "worker/geometry/schedules/schedule.h"

namespace geometer::trainer {

// The schedule of an explicit spec; constant where none is given.
std::unique_ptr<geometry::Schedule> BuildSchedule(const v1::Schedule& spec);

}  // namespace geometer::trainer
