#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "geometer/v1/measurement.pb.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::trainer {

// Where and when a measurement was taken.
struct Occasion {
  std::string probe;
  std::string task{};     // empty where there is but one
  std::string learner{};  // likewise
  v1::Split split = v1::SPLIT_UNSPECIFIED;
  int64_t step = 0;    // completed updates
  double seconds = 0;  // that the measurement took
  double elapsed = 0;  // seconds since the attempt began
};

// What a server takes in one record is limited (storage/point_table.cc), so there may be several.
using Records = std::vector<v1::Points>;

// Appends one point, with a series of its own, to the last of `records`, or to a new one where that
// is full. All columns are always filled: NaN, 0 or unspecified stand for what the measurement does
// not have.
void AddPoint(const Occasion& occasion, const geometry::Measurement& measurement, Records& records);

}  // namespace geometer::trainer
