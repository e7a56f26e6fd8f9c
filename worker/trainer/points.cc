#include "worker/trainer/points.h"

#include <limits>

namespace geometer::trainer {
namespace {

constexpr int kMostPoints = 5000;  // of a record: half of what a server takes
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

v1::Convergence ToConvergence(const std::optional<bool>& converged) {
  if (!converged.has_value()) return v1::CONVERGENCE_UNSPECIFIED;
  return *converged ? v1::CONVERGENCE_REACHED : v1::CONVERGENCE_NOT_REACHED;
}

}  // namespace

void AddPoint(const Occasion& occasion, const geometry::Measurement& measurement,
              Records& records) {
  if (records.empty() || records.back().step_size() == kMostPoints) records.emplace_back();
  v1::Points& points = records.back();
  points.add_series_index(points.series_size());
  v1::Series& series = *points.add_series();
  series.set_probe(occasion.probe);
  series.set_quantity(measurement.quantity);
  series.set_split(occasion.split);
  series.set_task(occasion.task);
  series.set_learner(occasion.learner);
  series.set_index(measurement.index.value_or(0));
  points.add_step(occasion.step);
  points.add_value(measurement.value);
  points.add_standard_error(measurement.standard_error.value_or(kNotANumber));
  points.add_residual(measurement.residual.value_or(kNotANumber));
  points.add_samples(measurement.samples.value_or(0));
  points.add_convergence(ToConvergence(measurement.converged));
  points.add_seconds(occasion.seconds);
  points.add_elapsed(occasion.elapsed);
}

}  // namespace geometer::trainer
