#include "server/storage/result_store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/storage/artifact_files.h"
#include "server/storage/job_rows.h"
#include "server/storage/point_query.h"
#include "server/storage/series_table.h"

namespace geometer::server {
namespace {

constexpr int kLinesPerPart = 1'000;

// Where to begin so that `tail` lines remain; 0: all.
LogCursor CursorBeforeTail(Database& database, int64_t job_id, uint32_t tail) {
  if (tail == 0) return {};
  Statement row = database.Query(
      "SELECT attempt.id, number FROM attempt CROSS JOIN log_line ON log_line.attempt = attempt.id"
      " WHERE job = ?1 ORDER BY attempt.id DESC, number DESC LIMIT 1 OFFSET ?2",
      job_id, tail);
  return row.Next() ? LogCursor{row.Column<int64_t>(0), row.Column<int64_t>(1)} : LogCursor{};
}

v1::Artifact ReadArtifact(const Statement& row) {
  v1::Artifact artifact;
  artifact.set_name(row.Column<std::string>(1));
  artifact.set_size(row.Column<uint64_t>(2));
  artifact.set_sha256(row.Column<std::string>(3));
  return artifact;
}

// Of equal names, the one of the largest attempt: max() picks the row that the other columns are
// of.
constexpr char kLiveArtifacts[] =
    "SELECT max(attempt), artifact.name, size, sha256"
    " FROM attempt JOIN artifact ON artifact.attempt = attempt.id"
    " WHERE job = ?1 AND received = size AND (through_sequence IS NULL OR sequence <= "
    "through_sequence)"
    " AND (?2 IS NULL OR artifact.name = ?2) GROUP BY artifact.name ORDER BY artifact.name";

}  // namespace

absl::StatusOr<std::vector<v1::Series>> ResultStore::ListSeries(int64_t job_id) {
  if (auto state = ReadState(database_, job_id); !state.ok()) return state.status();
  std::vector<v1::Series> all;
  for (KnownSeries& known : LiveSeries(database_, job_id)) all.push_back(std::move(known.series));
  return all;
}

absl::StatusOr<PointPart> ResultStore::QueryPoints(const v1::QueryPointsRequest& request,
                                                   const PointCursor& cursor) {
  if (auto state = ReadState(database_, request.job_id()); !state.ok()) return state.status();
  return PointQuery(database_, request).Part(cursor);
}

absl::StatusOr<LogPart> ResultStore::ReadLogs(const v1::ReadLogsRequest& request,
                                              const LogCursor& cursor) {
  if (auto state = ReadState(database_, request.job_id()); !state.ok()) return state.status();
  const LogCursor start = cursor.attempt_id == 0
                              ? CursorBeforeTail(database_, request.job_id(), request.tail())
                              : cursor;
  Statement rows = database_.Query(
      "SELECT attempt.id, number, text FROM attempt CROSS JOIN log_line ON log_line.attempt = "
      "attempt.id"
      " WHERE job = ?1 AND attempt.id >= ?2 AND (attempt.id > ?2 OR number > ?3)"
      " ORDER BY attempt.id, number",
      request.job_id(), start.attempt_id, start.line);
  LogPart part;
  LogCursor last;
  while (rows.Next()) {
    const bool other_attempt = last.attempt_id != 0 && rows.Column<int64_t>(0) != last.attempt_id;
    if (other_attempt || part.lines.lines_size() == kLinesPerPart) {
      part.next = last;
      break;
    }
    last = {rows.Column<int64_t>(0), rows.Column<int64_t>(1)};
    part.lines.add_lines(rows.Column<std::string>(2));
  }
  part.lines.set_attempt_id(last.attempt_id);
  return part;
}

absl::StatusOr<std::vector<v1::Artifact>> ResultStore::ListArtifacts(int64_t job_id) {
  if (auto state = ReadState(database_, job_id); !state.ok()) return state.status();
  std::vector<v1::Artifact> artifacts;
  Statement rows = database_.Query(kLiveArtifacts, job_id, std::optional<std::string>());
  while (rows.Next()) artifacts.push_back(ReadArtifact(rows));
  return artifacts;
}

absl::StatusOr<StoredArtifact> ResultStore::FindArtifact(const v1::ReadArtifactRequest& request,
                                                         const std::filesystem::path& artifacts) {
  if (auto state = ReadState(database_, request.job_id()); !state.ok()) return state.status();
  Statement row = database_.Query(kLiveArtifacts, request.job_id(), request.name());
  if (!row.Next()) {
    return absl::NotFoundError(
        absl::StrCat("job ", request.job_id(), " has no artifact '", request.name(), "'"));
  }
  return StoredArtifact{ReadArtifact(row),
                        ArtifactPath(artifacts, row.Column<int64_t>(0), request.name())};
}

}  // namespace geometer::server
