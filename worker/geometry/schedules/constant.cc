#include "worker/geometry/schedules/constant.h"

namespace geometer::geometry {
namespace {

class Constant : public Schedule {
 public:
  double Rate(const ScheduleContext& context) const override { return context.base_rate; }
};

}  // namespace

std::unique_ptr<Schedule> MakeConstant() { return std::make_unique<Constant>(); }

}  // namespace geometer::geometry
