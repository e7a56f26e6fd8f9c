#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "geometer/v1/measurement.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// Points, and what is kept in short of them: latest values and curves. All parts of the writer's
// transaction.

// INVALID_ARGUMENT, naming the column, unless `points` obeys the rules that need no database: at
// most 10,000 points, columns of one length, series indexes in range, steps of at most 2^53, names
// in UTF-8 of at most 256 bytes.
absl::Status CheckPoints(const v1::Points& points);

// Adds checked points to an attempt of the job that has resumed after `resume_step` (−1: started
// from the beginning). INVALID_ARGUMENT when a step is not beyond that, or not beyond its series'
// last one.
absl::Status InsertPoints(Database& database, int64_t job_id, int64_t attempt_id,
                          int64_t resume_step, const v1::Points& points);

// The live branch of the job was cut: makes latest values and curves forget what is beyond `step`
// (−1: everything). Cost: O(series); independent of the number of points.
void RollBackPoints(Database& database, int64_t job_id, int64_t step);

}  // namespace geometer::server
