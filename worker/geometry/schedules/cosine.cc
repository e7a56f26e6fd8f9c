#include "worker/geometry/schedules/cosine.h"

#include <cmath>
#include <numbers>

namespace geometer::geometry {
namespace {

class Cosine : public Schedule {
 public:
  explicit Cosine(double final_factor) : final_factor_(final_factor) {}

  double Rate(const ScheduleContext& context) const override {
    const double cosine = (1 + std::cos(std::numbers::pi * context.Progress())) / 2;
    return context.base_rate * (final_factor_ + (1 - final_factor_) * cosine);
  }

 private:
  const double final_factor_;
};

}  // namespace

std::unique_ptr<Schedule> MakeCosine(double final_factor) {
  return std::make_unique<Cosine>(final_factor);
}

}  // namespace geometer::geometry
