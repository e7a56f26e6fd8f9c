#include "worker/geometry/schedules/step.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace geometer::geometry {
namespace {

class Step : public Schedule {
 public:
  Step(std::vector<int64_t> milestones, double factor)
      : milestones_(std::move(milestones)), factor_(factor) {}

  double Rate(const ScheduleContext& context) const override {
    const auto passed = std::ranges::count_if(
        milestones_, [&](int64_t milestone) { return milestone <= context.step; });
    return context.base_rate * std::pow(factor_, static_cast<double>(passed));
  }

 private:
  const std::vector<int64_t> milestones_;
  const double factor_;
};

}  // namespace

std::unique_ptr<Schedule> MakeStep(std::vector<int64_t> milestones, double factor) {
  return std::make_unique<Step>(std::move(milestones), factor);
}

}  // namespace geometer::geometry
