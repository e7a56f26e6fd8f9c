#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/result_service.pb.h"
#include "server/storage/database.h"
#include "server/storage/result_store.h"
#include "server/storage/series_table.h"

namespace geometer::server {

// Answers one QueryPointsRequest, part by part. See ResultStore::QueryPoints.
class PointQuery {
 public:
  PointQuery(Database& database, const v1::QueryPointsRequest& request)
      : database_(database), request_(request) {}

  absl::StatusOr<PointPart> Part(const PointCursor& cursor);

 private:
  absl::Status Check() const;
  std::vector<KnownSeries> Matching() const;
  // Adds one series' points beyond `after_step`; true when none is left of it.
  bool AddSeries(const KnownSeries& series, int64_t after_step, v1::Points& points) const;
  bool AddAll(int64_t series_id, int64_t after_step, v1::Points& points) const;
  void AddShort(int64_t series_id, v1::Points& points) const;
  // Whether the interval has more than max_points points of the series.
  bool IsLong(int64_t series_id) const;
  // Smallest bucket size, as a power of two, that gives at most max_points points.
  int Level(int64_t series_id) const;

  int64_t first_step() const;
  int64_t last_step() const;

  Database& database_;
  const v1::QueryPointsRequest& request_;
};

}  // namespace geometer::server
