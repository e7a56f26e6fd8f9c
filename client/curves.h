#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/rendering/gnuplot.h"
#include "geometer/v1/dataset.pb.h"

namespace geometer::client {

// What a curve is drawn against. Flow time is the sum of the learning rates of all updates so far,
// the time of the gradient flow that gradient descent follows: the scale on which runs of different
// learning rates compare.
//
// First: the first of the job's curves at the same step, such as one player's coordinate for the
// other's: a path in the plane.
enum class Axis { kStep, kEpochs, kExamples, kTime, kFlowTime, kFirst };

// Which curves of which jobs.
struct CurveQuery {
  std::vector<int64_t> job_ids;
  std::string probe = {};  // any when empty
  std::string quantity;
  v1::Split split = v1::SPLIT_UNSPECIFIED;  // any
  Axis x = Axis::kStep;
};

// The title of the horizontal axis, with its unit.
std::string AxisLabel(const CurveQuery& query);

// The curves, those of one job beside each other. Each is labelled by what tells it from the
// others: the job's name, or where jobs share a name the fields in which their specs differ, and
// the series where a job has several.
//
// Epochs, examples and flow time come from the job's own series of the probe "training" at the same
// steps; a point without them is left out. NOT_FOUND when a job has no such points, or only one
// curve for kFirst.
absl::StatusOr<std::vector<Curve>> ReadCurves(const CurveQuery& query, Connection& server);

}  // namespace geometer::client
