#include "server/storage/job_rows.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/storage/series_table.h"
#include "server/storage/times.h"

namespace geometer::server {
namespace {

void AddTags(Database& database, v1::Job& job) {
  Statement rows = database.Query("SELECT tag FROM job_tag WHERE job = ?1 ORDER BY tag", job.id());
  while (rows.Next()) job.add_tags(rows.Column<std::string>(0));
}

v1::Convergence ToConvergence(std::optional<bool> converged) {
  if (!converged) return v1::CONVERGENCE_UNSPECIFIED;
  return *converged ? v1::CONVERGENCE_REACHED : v1::CONVERGENCE_NOT_REACHED;
}

void AddLatest(Database& database, v1::Job& job) {
  Statement rows = database.Query(
      absl::StrCat("SELECT step, value, converged, ", kSeriesColumns,
                   " FROM series JOIN latest_point ON latest_point.series = series.id"
                   " WHERE job = ?1 ORDER BY series.id"),
      job.id());
  while (rows.Next()) {
    v1::LatestValue& latest = *job.add_latest();
    latest.set_step(rows.Column<uint64_t>(0));
    latest.set_value(rows.Column<double>(1));
    latest.set_convergence(ToConvergence(rows.Column<std::optional<bool>>(2)));
    *latest.mutable_series() = ReadSeries(rows, 3);
  }
}

v1::Finish ReadFinish(const Statement& row, int first) {
  v1::Finish finish;
  finish.set_outcome(row.Column<v1::Outcome>(first));
  finish.set_reason(row.Column<v1::FailureReason>(first + 1));
  finish.set_message(row.Column<std::string>(first + 2));
  finish.set_step(row.Column<uint64_t>(first + 3));
  return finish;
}

v1::Attempt ReadAttempt(const Statement& row) {
  v1::Attempt attempt;
  attempt.set_id(row.Column<int64_t>(0));
  attempt.set_parent_attempt_id(row.Column<int64_t>(1));
  attempt.set_resume_step(row.Column<uint64_t>(2));
  attempt.set_worker_id(row.Column<std::string>(3));
  attempt.set_slot(row.Column<uint32_t>(4));
  *attempt.mutable_start_time() = ToTimestamp(row.Column<int64_t>(5));
  if (const auto end = row.Column<std::optional<int64_t>>(6)) {
    *attempt.mutable_end_time() = ToTimestamp(*end);
    *attempt.mutable_finish() = ReadFinish(row, 7);
  }
  return attempt;
}

absl::Status NoSuchJob(int64_t job_id) {
  return absl::NotFoundError(absl::StrCat("there is no job ", job_id));
}

}  // namespace

v1::Job ReadJob(Database& database, const Statement& row) {
  v1::Job job;
  job.set_id(row.Column<int64_t>(0));
  job.set_name(row.Column<std::string>(1));
  job.set_state(row.Column<v1::JobState>(2));
  job.set_cancel_requested(row.Column<bool>(3));
  job.set_owner(row.Column<std::string>(4));
  *job.mutable_submit_time() = ToTimestamp(row.Column<int64_t>(5));
  if (const auto time = row.Column<std::optional<int64_t>>(6)) {
    *job.mutable_start_time() = ToTimestamp(*time);
  }
  if (const auto time = row.Column<std::optional<int64_t>>(7)) {
    *job.mutable_end_time() = ToTimestamp(*time);
  }
  job.set_spec_sha256(row.Column<std::string>(8));
  job.set_message(row.Column<std::string>(9));
  AddTags(database, job);
  AddLatest(database, job);
  return job;
}

std::vector<v1::Attempt> ReadAttempts(Database& database, int64_t job_id) {
  std::vector<v1::Attempt> attempts;
  Statement rows = database.Query(
      "SELECT id, parent, resume_step, worker, slot, start_time, end_time, outcome, reason, "
      "message,"
      " finish_step FROM attempt WHERE job = ?1 ORDER BY id",
      job_id);
  while (rows.Next()) attempts.push_back(ReadAttempt(rows));
  return attempts;
}

absl::StatusOr<v1::JobSpec> ReadSpec(Database& database, int64_t job_id) {
  Statement row = database.Query("SELECT spec FROM job_spec WHERE job = ?1", job_id);
  if (!row.Next()) return NoSuchJob(job_id);
  v1::JobSpec spec;
  if (!spec.ParseFromString(row.Column<Blob>(0).bytes)) {
    return absl::DataLossError(absl::StrCat("the stored spec of job ", job_id, " is damaged"));
  }
  return spec;
}

absl::StatusOr<v1::JobState> ReadState(Database& database, int64_t job_id) {
  Statement row = database.Query("SELECT state FROM job WHERE id = ?1", job_id);
  if (!row.Next()) return NoSuchJob(job_id);
  return row.Column<v1::JobState>(0);
}

}  // namespace geometer::server
