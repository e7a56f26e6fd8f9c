#include "worker/geometry/schedules/cyclic.h"

#include <algorithm>
#include <cmath>

namespace geometer::geometry {
namespace {

class Cyclic : public Schedule {
 public:
  Cyclic(int64_t period, double lowest_factor) : period_(period), lowest_factor_(lowest_factor) {}

  double Rate(const ScheduleContext& context) const override {
    const int64_t step = std::max<int64_t>(context.step - context.first_step, 0) % period_;
    const double phase = static_cast<double>(step) / static_cast<double>(period_);
    const double height = 1 - std::abs(1 - 2 * phase);
    return context.base_rate * (lowest_factor_ + (1 - lowest_factor_) * height);
  }

 private:
  const int64_t period_;
  const double lowest_factor_;
};

}  // namespace

std::unique_ptr<Schedule> MakeCyclic(int64_t period, double lowest_factor) {
  return std::make_unique<Cyclic>(period, lowest_factor);
}

}  // namespace geometer::geometry
