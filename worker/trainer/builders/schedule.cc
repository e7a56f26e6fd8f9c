#include "worker/trainer/builders/schedule.h"

#include "worker/geometry/schedules/constant.h"
#include "worker/geometry/schedules/cosine.h"

namespace geometer::trainer {

std::unique_ptr<geometry::Schedule> BuildSchedule(const v1::Schedule& spec) {
  switch (spec.shape_case()) {
    case v1::Schedule::kCosine:
      return geometry::MakeCosine(spec.cosine().final_factor());
    case v1::Schedule::kConstant:
    case v1::Schedule::SHAPE_NOT_SET:
      break;
  }
  return geometry::MakeConstant();
}

}  // namespace geometer::trainer
