#include "worker/geometry/schedules/one_cycle.h"

#include <cmath>
#include <numbers>

namespace geometer::geometry {
namespace {

// From `a` at 0 to `b` at 1 along half a cosine.
double Between(double a, double b, double progress) {
  return b + (a - b) * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

class OneCycle : public Schedule {
 public:
  explicit OneCycle(const OneCycleOptions& options) : options_(options) {}

  double Rate(const ScheduleContext& context) const override {
    const double progress = context.Progress();
    const double rise = options_.rise;
    const double factor = progress < rise
                              ? Between(options_.initial_factor, 1, progress / rise)
                              : Between(1, options_.final_factor, (progress - rise) / (1 - rise));
    return context.base_rate * factor;
  }

 private:
  const OneCycleOptions options_;
};

}  // namespace

std::unique_ptr<Schedule> MakeOneCycle(const OneCycleOptions& options) {
  return std::make_unique<OneCycle>(options);
}

}  // namespace geometer::geometry
