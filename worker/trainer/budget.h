#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace geometer::trainer {

// The last measurement of one probe on one sample.
struct LastMeasurement {
  double seconds = 0;
  int64_t step = -1;  // none yet
};

// The time that a run has spent so far, and the pace that follows from it.
struct Spending {
  double training_seconds = 0;  // all but measuring
  double measuring_seconds = 0;
  std::vector<LastMeasurement> last;  // in the order of Measuring::Samples
  double stretch = 1;                 // the factor on all cadences (Budget)

  // Of the time so far; 0 before any.
  double MeasuringShare() const;
};

// Keeps measuring within a share b of a run's time, by one factor on all cadences, so that they
// keep the proportions that the user declared:
//
//   left    = b/(1 − b)·τ·T − M − F
//   planned = (T − s)·Σ cᵢ/pᵢ
//   stretch = max(1, planned/left), infinite where nothing is left
//
// s of T steps are complete, each took τ seconds of training on average; M seconds went into
// measuring so far; cᵢ are the seconds of the last measurement of sample i, pᵢ its declared period
// in steps; F = Σ cᵢ is what the end will cost. Step 0 and the end are always measured, and
// counted. With constant costs the share ends at b or below, unless these two alone exceed it.
//
// Knows no clock: seconds are told. A constant value.
class Budget {
 public:
  // 0 < `share` < 1. `periods`: the pᵢ; 0 for a sample that is measured at the end only.
  Budget(double share, int64_t total_steps, std::vector<double> periods);

  // The stretch from `step` ≥ 1 on.
  double Stretch(const Spending& spending, int64_t step) const;

  // Whether sample `i`, due at `step` ≥ 1 by its declared cadence, is also due by the stretched one
  // and no dearer than what is left.
  bool Allows(size_t i, const Spending& spending, int64_t step) const;

 private:
  double SecondsLeft(const Spending& spending, int64_t step) const;

  const double share_;
  const double total_steps_;
  const std::vector<double> periods_;
};

}  // namespace geometer::trainer
