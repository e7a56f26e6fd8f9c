#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "geometer/v1/measurement.pb.h"

namespace geometer::client {

// One measured value, out of the packed columns of v1::Points; NaN in a column of doubles that is
// absent.
struct Point {
  v1::Series series;
  uint64_t step;
  double value;
  double standard_error;
  double residual;
  uint64_t samples;
  v1::Convergence convergence;
  double seconds;
  double elapsed;
};

// The points that `request` asks for, in order of series, then step.
absl::StatusOr<std::vector<Point>> QueryPoints(const v1::QueryPointsRequest& request,
                                               Connection& server);

// The points of one job's series that agree with `series` where that says something.
absl::StatusOr<std::vector<Point>> QueryPoints(int64_t job_id, const v1::Series& series,
                                               Connection& server);

// The error of a query for `quantity` that found no points, with what the job has instead: other
// probes and splits of that quantity, or other quantities.
absl::Status NoSuchPoints(int64_t job_id, const std::string& quantity, Connection& server);

}  // namespace geometer::client
