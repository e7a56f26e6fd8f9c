#pragma once

#include <cstdint>
#include <string>

#include "geometer/v1/measurement.pb.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::trainer {

// Where and when a measurement was taken.
struct Occasion {
  std::string probe;
  v1::Split split = v1::SPLIT_UNSPECIFIED;
  int64_t step = 0;    // completed updates
  double seconds = 0;  // that the measurement took
  double elapsed = 0;  // seconds since the attempt began
};

// Appends one point, with a series of its own, to `points`. All columns are always filled: NaN, 0
// or unspecified stand for what the measurement does not have.
void AddPoint(const Occasion& occasion, const geometry::Measurement& measurement,
              v1::Points& points);

}  // namespace geometer::trainer
