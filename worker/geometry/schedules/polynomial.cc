#include "worker/geometry/schedules/polynomial.h"

#include <cmath>

namespace geometer::geometry {
namespace {

class Polynomial : public Schedule {
 public:
  Polynomial(double power, double final_factor) : power_(power), final_factor_(final_factor) {}

  double Rate(const ScheduleContext& context) const override {
    const double left = std::pow(1 - context.Progress(), power_);
    return context.base_rate * (final_factor_ + (1 - final_factor_) * left);
  }

 private:
  const double power_;
  const double final_factor_;
};

}  // namespace

std::unique_ptr<Schedule> MakePolynomial(double power, double final_factor) {
  return std::make_unique<Polynomial>(power, final_factor);
}

}  // namespace geometer::geometry
