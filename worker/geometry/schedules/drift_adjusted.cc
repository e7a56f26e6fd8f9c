#include "worker/geometry/schedules/drift_adjusted.h"

#include <cmath>

namespace geometer::geometry {
namespace {

constexpr double kTiny = 1e-60;  // ‖g‖² of a gradient that counts as none

class DriftAdjusted : public AdaptiveSchedule {
 public:
  explicit DriftAdjusted(const DriftAdjustedOptions& options) : options_(options) {}

  double Rate(const ScheduleContext& context, const Slope& slope) const override {
    if (!IsActive(context.step)) return context.base_rate;
    if (!(slope.squared_gradient > kTiny)) return 0;
    const double c = options_.constant * (options_.momentum_aware ? slope.threshold / 2 : 1);
    const double drift = std::pow(slope.curvature(options_.product), options_.power);
    return drift * options_.cap <= c ? options_.cap : c / drift;
  }

  bool DifferentiatesGradient(const ScheduleContext& context) const override {
    return options_.product.mode == ProductMode::kExact && IsActive(context.step);
  }

 private:
  bool IsActive(int64_t step) const {
    return (options_.start == 0 || step > options_.start) && step < options_.stop;
  }

  const DriftAdjustedOptions options_;
};

}  // namespace

std::unique_ptr<AdaptiveSchedule> MakeDriftAdjusted(const DriftAdjustedOptions& options) {
  return std::make_unique<DriftAdjusted>(options);
}

}  // namespace geometer::geometry
