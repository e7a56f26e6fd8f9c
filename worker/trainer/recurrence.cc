#include "worker/trainer/recurrence.h"

#include <algorithm>
#include <cmath>

namespace geometer::trainer {
namespace {

double PeriodInSteps(const v1::Cadence& cadence, int64_t steps_per_epoch,
                     const geometry::TaskPlan& plan) {
  switch (cadence.period_case()) {
    case v1::Cadence::kSteps:
      return static_cast<double>(cadence.steps());
    case v1::Cadence::kEpochs:
      return cadence.epochs() * static_cast<double>(steps_per_epoch);
    case v1::Cadence::kTaskSwitch:
      return static_cast<double>(plan.StepsPerRound()) / static_cast<double>(plan.turns.size());
    case v1::Cadence::PERIOD_NOT_SET:
      break;
  }
  return 0;
}

}  // namespace

Recurrence::Recurrence(const v1::Cadence& cadence, int64_t steps_per_epoch, int64_t total_steps,
                       const geometry::TaskPlan& plan)
    : period_(PeriodInSteps(cadence, steps_per_epoch, plan)), total_steps_(total_steps) {
  if (cadence.has_task_switch()) switches_ = plan;
}

bool Recurrence::DueAt(int64_t step) const {
  if (period_ == 0) return false;
  if (step == total_steps_) return true;
  if (switches_.has_value()) return switches_->SwitchesAt(step);
  return Completed(step) > Completed(step - 1);
}

double Recurrence::period() const { return period_ == 0 ? 0 : std::max(period_, 1.0); }

int64_t Recurrence::Times() const {
  if (period_ == 0 || total_steps_ == 0) return 0;
  const int64_t before_the_end = total_steps_ - 1;
  if (period_ < 1) return total_steps_;
  return static_cast<int64_t>(Completed(before_the_end)) + 1;
}

double Recurrence::Completed(int64_t step) const {
  // The margin keeps a period such as 0.1 epochs, inexact in binary, from being late by a step.
  constexpr double kMargin = 1e-9;
  return std::floor(static_cast<double>(step) / period_ + kMargin);
}

}  // namespace geometer::trainer
