#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/result_service.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// Where the previous part of a long answer ended. Opaque; the default asks for the first part.
struct PointCursor {
  int64_t series_id = 0;
  int64_t step = -1;
};
struct LogCursor {
  int64_t attempt_id = 0;
  int64_t line = 0;
};

struct PointPart {
  v1::Points points;                // at most 10,000
  std::optional<PointCursor> next;  // absent: that was all
};
struct LogPart {
  v1::ReadLogsResponse lines;     // of one attempt, at most 1,000
  std::optional<LogCursor> next;  // absent: that was all
};

// A complete artifact: its description and where its bytes are. The file never changes; it goes
// with its job.
struct StoredArtifact {
  v1::Artifact artifact;
  std::filesystem::path path;
};

// Reads what the live branch of a job left. NOT_FOUND: no such job (or artifact).
//
// Long answers come in parts, each a read of its own, so that a slow client holds neither a thread
// nor memory: begin with the default cursor and go on with `next`.
class ResultStore {
 public:
  explicit ResultStore(Database& database) : database_(database) {}

  // Series that have live points, in order of probe, quantity, split, and the rest.
  absl::StatusOr<std::vector<v1::Series>> ListSeries(int64_t job_id);

  // Points by request, in order of series, then step. A curve of more than `max_points` is given as
  // the minimum, maximum and last point of each bucket of 2^k steps (NaN is neither minimum nor
  // maximum), for the smallest k that fits. INVALID_ARGUMENT: max_points of 1, 2 or above 10,000;
  // first_step beyond last_step. Cost: O(max_points) per series whatever the length of the curve.
  absl::StatusOr<PointPart> QueryPoints(const v1::QueryPointsRequest& request,
                                        const PointCursor& cursor);

  // Log lines, oldest first, of all attempts: dead ones too, since they tell why they died.
  absl::StatusOr<LogPart> ReadLogs(const v1::ReadLogsRequest& request, const LogCursor& cursor);

  // Complete artifacts of the live branch, by name; of equal names the newest.
  absl::StatusOr<std::vector<v1::Artifact>> ListArtifacts(int64_t job_id);

  // One of them; `artifacts`: Store::artifacts().
  absl::StatusOr<StoredArtifact> FindArtifact(const v1::ReadArtifactRequest& request,
                                              const std::filesystem::path& artifacts);

 private:
  Database& database_;
};

}  // namespace geometer::server
