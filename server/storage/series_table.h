#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/measurement.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// A series and its id, which is unique over all jobs.
struct KnownSeries {
  int64_t id = 0;
  v1::Series series;
};

// INVALID_ARGUMENT unless its names are UTF-8 of at most 256 bytes and it has a quantity and a
// known split.
absl::Status CheckSeries(const v1::Series& series);

// The id of a job's series, made when it is new.
int64_t InternSeries(Database& database, int64_t job_id, const v1::Series& series);

// A job's series that have live points, in order of probe, quantity, split, and the rest.
std::vector<KnownSeries> LiveSeries(Database& database, int64_t job_id);

// The series in columns `first` to `first` + 7 of a row, selected as kSeriesColumns.
inline constexpr char kSeriesColumns[] =
    "probe, quantity, split, task, learner, layer, class, place";
v1::Series ReadSeries(const Statement& row, int first);

}  // namespace geometer::server
