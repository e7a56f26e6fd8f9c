#include "server/telemetry/live_attempts.h"

#include <algorithm>
#include <array>

#include "proto/contract/names.h"

namespace geometer::server {
namespace {

struct MetricName {
  const char* quantity;  // in a series
  const char* metric;    // in geometer_metric
};

constexpr std::array kMetrics = {
    MetricName{"loss", "loss"},
    MetricName{"accuracy", "accuracy"},
    MetricName{"geometric_complexity", "geometric_complexity"},
    MetricName{"eigenvalue", "hessian_top_eigenvalue"},
    MetricName{"gradient_norm", "gradient_norm"},
    MetricName{"parameter_norm", "parameter_norm"},
    MetricName{"learning_rate", "learning_rate"},
};

// Null for a series that is not exposed: another quantity, or a part of the model or of a spectrum.
const MetricName* FindMetric(const v1::Series& series) {
  if (series.index() != 0 || !series.layer().empty() || !series.class_name().empty()) {
    return nullptr;
  }
  const auto found = std::find_if(kMetrics.begin(), kMetrics.end(), [&](const MetricName& name) {
    return name.quantity == series.quantity();
  });
  return found == kMetrics.end() ? nullptr : &*found;
}

std::string SplitLabel(v1::Split split) {
  return split == v1::SPLIT_UNSPECIFIED ? "" : contract::EnumName(split);
}

void Keep(const v1::Points& points, LiveAttempt& attempt) {
  for (int i = 0; i < points.series_index_size(); ++i) {
    const v1::Series& series = points.series(static_cast<int>(points.series_index(i)));
    if (series.probe() == "training" && series.quantity() == "examples") {
      attempt.examples = points.value(i);
    } else if (const MetricName* name = FindMetric(series)) {
      attempt.values[{name->metric, SplitLabel(series.split())}] = points.value(i);
    }
  }
}

}  // namespace

void LiveAttempts::Begin(int64_t attempt_id, LiveAttempt attempt) {
  MutexLock lock(mutex_);
  attempts_.insert_or_assign(attempt_id, std::move(attempt));
}

void LiveAttempts::End(int64_t attempt_id) {
  MutexLock lock(mutex_);
  attempts_.erase(attempt_id);
}

void LiveAttempts::Observe(const v1::Record& record) {
  MutexLock lock(mutex_);
  const auto found = attempts_.find(record.attempt_id());
  if (found == attempts_.end() || record.sequence() <= found->second.sequence) return;
  found->second.sequence = record.sequence();
  points_ += record.points().value_size();
  Keep(record.points(), found->second);
}

std::optional<LiveAttempt> LiveAttempts::Find(int64_t attempt_id) const {
  MutexLock lock(mutex_);
  const auto found = attempts_.find(attempt_id);
  return found == attempts_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<LiveAttempt> LiveAttempts::All() const {
  MutexLock lock(mutex_);
  std::vector<LiveAttempt> all;
  for (const auto& [id, attempt] : attempts_) all.push_back(attempt);
  return all;
}

uint64_t LiveAttempts::PointsObserved() const {
  MutexLock lock(mutex_);
  return points_;
}

}  // namespace geometer::server
