#include "server/storage/record_store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/storage/artifact_files.h"
#include "server/storage/job_store.h"
#include "server/storage/log_table.h"
#include "server/storage/point_table.h"
#include "server/storage/text_rules.h"

namespace geometer::server {
namespace {

constexpr uint64_t kMaxStep = uint64_t{1} << 53;

// The attempt that a record names.
struct Writing {
  int64_t id = 0;
  int64_t job_id = 0;
  int64_t resume_step = -1;  // −1: it started from the beginning
  uint64_t durable_sequence = 0;
  bool running = false;
};

absl::Status LeaseLost(int64_t attempt_id) {
  return absl::FailedPreconditionError(
      absl::StrCat("attempt ", attempt_id, " is not this worker's running one: its lease is lost"));
}

absl::StatusOr<Writing> FindWriting(Database& database, const std::string& worker_id,
                                    int64_t attempt_id) {
  Statement row = database.Query(
      "SELECT job, iif(parent IS NULL, -1, resume_step), durable_sequence,"
      " running_attempt IS attempt.id FROM attempt JOIN job ON job.id = attempt.job"
      " WHERE attempt.id = ?1 AND worker = ?2",
      attempt_id, worker_id);
  if (!row.Next()) return LeaseLost(attempt_id);
  return Writing{attempt_id, row.Column<int64_t>(0), row.Column<int64_t>(1),
                 row.Column<uint64_t>(2), row.Column<bool>(3)};
}

absl::Status CheckTurn(const Writing& attempt, uint64_t sequence) {
  if (!attempt.running) return LeaseLost(attempt.id);
  if (sequence != attempt.durable_sequence + 1) {
    return absl::OutOfRangeError(absl::StrCat("attempt ", attempt.id, ": record ", sequence,
                                              " came when ", attempt.durable_sequence + 1,
                                              " was due: send from that one"));
  }
  return absl::OkStatus();
}

absl::Status KeepCheckpoint(Database& database, const Writing& attempt, uint64_t sequence,
                            const v1::CheckpointTaken& checkpoint) {
  if (checkpoint.step() > kMaxStep || checkpoint.path().empty()) {
    return absl::InvalidArgumentError("checkpoint: needs a step of at most 2^53 and a path");
  }
  absl::Status status = CheckText("checkpoint.path", checkpoint.path(), 4096);
  if (!status.ok()) return status;
  database.Run(
      "INSERT OR REPLACE INTO checkpoint (attempt, step, sequence, path) VALUES (?1, ?2, ?3, ?4)",
      attempt.id, checkpoint.step(), sequence, checkpoint.path());
  return absl::OkStatus();
}

absl::Status KeepPoints(Database& database, const Writing& attempt, const v1::Points& points) {
  if (absl::Status status = CheckPoints(points); !status.ok()) return status;
  return InsertPoints(database, attempt.job_id, attempt.id, attempt.resume_step, points);
}

absl::Status KeepFinish(Database& database, const Writing& attempt, const v1::Finish& finish,
                        absl::Time now, std::optional<v1::JobState>& finished_as) {
  if (finish.step() > kMaxStep) return absl::InvalidArgumentError("finish.step: at most 2^53");
  const absl::StatusOr<v1::JobState> state = JobStore(database).Finish(attempt.id, finish, now);
  if (state.ok()) finished_as = *state;
  return state.status();
}

}  // namespace

absl::StatusOr<Applied> RecordStore::Apply(const std::string& worker_id, const v1::Record& record,
                                           absl::Time now) {
  const absl::StatusOr<Writing> attempt = FindWriting(database_, worker_id, record.attempt_id());
  if (!attempt.ok()) return attempt.status();
  if (record.sequence() == 0) return absl::InvalidArgumentError("sequence: counts from 1");
  Applied applied{attempt->job_id, attempt->durable_sequence, std::nullopt};
  if (record.sequence() <= attempt->durable_sequence) return applied;
  if (absl::Status turn = CheckTurn(*attempt, record.sequence()); !turn.ok()) return turn;
  absl::Status kept = absl::InvalidArgumentError("record: has no content that this release knows");
  switch (record.content_case()) {
    case v1::Record::kPoints:
      kept = KeepPoints(database_, *attempt, record.points());
      break;
    case v1::Record::kLog:
      kept = AppendLog(database_, attempt->id, record.log());
      break;
    case v1::Record::kCheckpoint:
      kept = KeepCheckpoint(database_, *attempt, record.sequence(), record.checkpoint());
      break;
    case v1::Record::kArtifact:
      kept = AppendChunk(database_, artifacts_, attempt->id, record.sequence(), record.artifact());
      break;
    case v1::Record::kFinish:
      kept = KeepFinish(database_, *attempt, record.finish(), now, applied.finished_as);
      break;
    case v1::Record::CONTENT_NOT_SET:
      break;
  }
  if (!kept.ok()) return kept;
  database_.Run("UPDATE attempt SET durable_sequence = ?2 WHERE id = ?1", attempt->id,
                record.sequence());
  applied.durable_sequence = record.sequence();
  return applied;
}

absl::StatusOr<uint64_t> RecordStore::DurableSequence(const std::string& worker_id,
                                                      int64_t attempt_id) {
  const absl::StatusOr<Writing> attempt = FindWriting(database_, worker_id, attempt_id);
  if (!attempt.ok()) return attempt.status();
  if (!attempt->running) return LeaseLost(attempt_id);
  return attempt->durable_sequence;
}

int64_t RecordStore::Rows(const v1::Record& record) {
  return std::max(1, record.points().step_size() + record.log().lines_size());
}

}  // namespace geometer::server
