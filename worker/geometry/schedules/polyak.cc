#include "worker/geometry/schedules/polyak.h"

#include <algorithm>
#include <cmath>

namespace geometer::geometry {
namespace {

constexpr double kTiny = 1e-16;  // ‖g‖² of a gradient that counts as none

class Polyak : public AdaptiveSchedule {
 public:
  explicit Polyak(const PolyakOptions& options) : options_(options) {}

  double Rate(const ScheduleContext& /*context*/, const Slope& slope) const override {
    if (!std::isfinite(slope.loss) || !(slope.squared_gradient > kTiny)) return 0;
    const double excess = std::max(slope.loss - options_.minimum, 0.0);
    const double rate = options_.scale * excess / slope.squared_gradient;
    return std::max(std::min({rate, options_.cap, GrowthLimit(slope)}), options_.floor);
  }

 private:
  double GrowthLimit(const Slope& slope) const {
    // After a rate of 0 nothing could grow: it is counted from the first one again.
    const std::optional<double> before =
        slope.previous_rate.value_or(0) > 0 ? slope.previous_rate : options_.first;
    if (options_.growth == 0 || !before.has_value()) return options_.cap;
    return *before * std::pow(options_.growth, 1.0 / static_cast<double>(slope.steps_per_epoch));
  }

  const PolyakOptions options_;
};

}  // namespace

std::unique_ptr<AdaptiveSchedule> MakePolyak(const PolyakOptions& options) {
  return std::make_unique<Polyak>(options);
}

}  // namespace geometer::geometry
