#include "worker/trainer/budget.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace geometer::trainer {

double Spending::MeasuringShare() const {
  const double all = training_seconds + measuring_seconds;
  return all > 0 ? measuring_seconds / all : 0;
}

Budget::Budget(double share, int64_t total_steps, std::vector<double> periods)
    : share_(share), total_steps_(static_cast<double>(total_steps)), periods_(std::move(periods)) {}

double Budget::SecondsLeft(const Spending& spending, int64_t step) const {
  const double per_step = spending.training_seconds / static_cast<double>(step);
  double left = share_ / (1 - share_) * per_step * total_steps_ - spending.measuring_seconds;
  for (const LastMeasurement& last : spending.last) left -= last.seconds;
  return left;
}

double Budget::Stretch(const Spending& spending, int64_t step) const {
  const double left = SecondsLeft(spending, step);
  if (left <= 0) return std::numeric_limits<double>::infinity();
  double per_step = 0;
  for (size_t i = 0; i < periods_.size(); ++i) {
    if (periods_[i] > 0) per_step += spending.last[i].seconds / periods_[i];
  }
  return std::max(1.0, (total_steps_ - static_cast<double>(step)) * per_step / left);
}

bool Budget::Allows(size_t i, const Spending& spending, int64_t step) const {
  const LastMeasurement& last = spending.last[i];
  if (last.seconds > SecondsLeft(spending, step)) return false;
  // Times of a period that is no whole number may be nearer to each other than it says.
  if (spending.stretch <= 1) return true;
  // Keeps a stretch such as 3, inexact after divisions, from being late by a whole period.
  constexpr double kMargin = 1e-9;
  const auto passed = static_cast<double>(step - last.step);
  return passed >= periods_[i] * spending.stretch * (1 - kMargin);
}

}  // namespace geometer::trainer
