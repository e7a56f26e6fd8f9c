#include "worker/trainer/recurrence.h"

#include <cmath>

namespace geometer::trainer {
namespace {

double PeriodInSteps(const v1::Cadence& cadence, int64_t steps_per_epoch) {
  switch (cadence.period_case()) {
    case v1::Cadence::kSteps:
      return static_cast<double>(cadence.steps());
    case v1::Cadence::kEpochs:
      return cadence.epochs() * static_cast<double>(steps_per_epoch);
    case v1::Cadence::PERIOD_NOT_SET:
      break;
  }
  return 0;
}

}  // namespace

Recurrence::Recurrence(const v1::Cadence& cadence, int64_t steps_per_epoch, int64_t total_steps)
    : period_(PeriodInSteps(cadence, steps_per_epoch)), total_steps_(total_steps) {}

bool Recurrence::DueAt(int64_t step) const {
  if (period_ == 0) return false;
  if (step == total_steps_) return true;
  // The margin keeps a period such as 0.1 epochs, inexact in binary, from being late by a step.
  constexpr double kMargin = 1e-9;
  const auto completed = [&](int64_t at) {
    return std::floor(static_cast<double>(at) / period_ + kMargin);
  };
  return completed(step) > completed(step - 1);
}

}  // namespace geometer::trainer
