#include "server/storage/branch.h"

#include "absl/strings/str_cat.h"
#include "server/storage/point_table.h"

namespace geometer::server {
namespace {

// Lowers the parent's limits to the checkpoint; false when that is not live.
bool CutParent(Database& database, int64_t job_id, int64_t parent_id, int64_t step) {
  return database.Run(
             "UPDATE attempt SET through_step = ?3, through_sequence = checkpoint.sequence"
             " FROM checkpoint WHERE attempt.id = ?2 AND job = ?1 AND checkpoint.attempt = ?2"
             " AND checkpoint.step = ?3 AND (through_step IS NULL OR ?3 <= through_step)",
             job_id, parent_id, step) == 1;
}

}  // namespace

std::optional<Resume> NewestCheckpoint(Database& database, int64_t job_id,
                                       const std::string& worker_id) {
  Statement newest = database.Query(
      "SELECT attempt.id, step, path FROM attempt JOIN checkpoint ON checkpoint.attempt = "
      "attempt.id"
      " WHERE job = ?1 AND worker = ?2 AND (through_step IS NULL OR step <= through_step)"
      " ORDER BY step DESC, attempt.id DESC LIMIT 1",
      job_id, worker_id);
  if (!newest.Next()) return std::nullopt;
  return Resume{newest.Column<int64_t>(0), newest.Column<int64_t>(1),
                newest.Column<std::string>(2)};
}

absl::Status CutBranch(Database& database, int64_t job_id, std::optional<int64_t> parent_id,
                       int64_t step) {
  if (parent_id && !CutParent(database, job_id, *parent_id, step)) {
    return absl::FailedPreconditionError(
        absl::StrCat("attempt ", *parent_id, " has no live checkpoint at step ", step));
  }
  // Older ancestors keep the limits that they got when their child began.
  database.Run(
      "WITH RECURSIVE chain (id) AS ("
      " SELECT ?2 UNION ALL SELECT parent FROM attempt JOIN chain USING (id) WHERE parent IS NOT "
      "NULL)"
      " UPDATE attempt SET through_step = -1, through_sequence = 0"
      " WHERE job = ?1 AND id NOT IN (SELECT id FROM chain WHERE id IS NOT NULL)",
      job_id, parent_id);
  RollBackPoints(database, job_id, parent_id ? step : -1);
  return absl::OkStatus();
}

}  // namespace geometer::server
