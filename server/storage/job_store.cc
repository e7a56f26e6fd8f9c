#include "server/storage/job_store.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "server/storage/branch.h"
#include "server/storage/job_list.h"
#include "server/storage/job_rows.h"
#include "server/storage/parents.h"
#include "server/storage/times.h"
#include "server/storage/transitions.h"

namespace geometer::server {
namespace {

// What a running attempt and its job say about the end of either.
struct RunningJob {
  int64_t job_id = 0;
  bool cancel_requested = false;
  int failures = 0;
};

absl::StatusOr<RunningJob> FindRunning(Database& database, int64_t attempt_id) {
  Statement row = database.Query(
      "SELECT job.id, cancel_requested, failures FROM attempt JOIN job ON job.id = attempt.job"
      " WHERE attempt.id = ?1 AND running_attempt = ?1",
      attempt_id);
  if (!row.Next()) {
    return absl::FailedPreconditionError(absl::StrCat("attempt ", attempt_id, " is not running"));
  }
  return RunningJob{row.Column<int64_t>(0), row.Column<bool>(1), row.Column<int>(2)};
}

std::optional<std::string> IfGiven(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// The job that an earlier submission under the same request id made; 0: none.
absl::StatusOr<int64_t> FindRepeated(Database& database, const Submission& submission) {
  Statement row = database.Query("SELECT id, spec_sha256 FROM job WHERE request_id = ?1",
                                 IfGiven(submission.request_id));
  if (!row.Next()) return 0;
  if (row.Column<std::string>(1) == submission.spec_sha256) return row.Column<int64_t>(0);
  return absl::AlreadyExistsError(absl::StrCat("request id '", submission.request_id,
                                               "' was used for another spec, job ",
                                               row.Column<int64_t>(0)));
}

int64_t InsertJob(Database& database, const Submission& submission, const v1::JobSpec& spec,
                  v1::JobState state, absl::Time now) {
  const v1::Device device =
      spec.resources().has_device() ? spec.resources().device() : v1::DEVICE_CPU;
  database.Run(
      "INSERT INTO job (name, state, device, owner, request_id, spec_sha256, submit_time)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      spec.name(), state, device, submission.owner, IfGiven(submission.request_id),
      submission.spec_sha256, ToColumn(now));
  const int64_t job_id = database.LastInsertId();
  database.Run("INSERT INTO job_spec (job, spec) VALUES (?1, ?2)", job_id,
               Blob{spec.SerializeAsString()});
  InsertParents(database, job_id, spec);
  for (const std::string& tag : submission.tags) {
    database.Run("INSERT OR IGNORE INTO job_tag (job, tag) VALUES (?1, ?2)", job_id, tag);
  }
  return job_id;
}

// Oldest first.
std::vector<int64_t> IdsIn(Database& database, v1::JobState state) {
  std::vector<int64_t> ids;
  Statement rows = database.Query("SELECT id FROM job WHERE state = ?1 ORDER BY id", state);
  while (rows.Next()) ids.push_back(rows.Column<int64_t>(0));
  return ids;
}

}  // namespace

absl::StatusOr<v1::Job> JobStore::Submit(const Submission& submission, absl::Time now) {
  absl::StatusOr<int64_t> job_id = FindRepeated(database_, submission);
  if (!job_id.ok()) return job_id.status();
  if (*job_id != 0) return Get(*job_id);
  v1::JobSpec spec = submission.explicit_spec;
  const absl::Status parents = ResolveParents(database_, spec);
  if (!parents.ok() && !absl::IsUnavailable(parents)) return parents;
  const v1::JobState state = parents.ok() ? v1::JOB_STATE_QUEUED : v1::JOB_STATE_BLOCKED;
  return Get(InsertJob(database_, submission, spec, state, now));
}

absl::StatusOr<std::vector<v1::Job>> JobStore::Unblock(absl::Time now) {
  std::vector<v1::Job> moved;
  for (const int64_t job_id : IdsIn(database_, v1::JOB_STATE_BLOCKED)) {
    absl::StatusOr<v1::JobSpec> spec = ReadSpec(database_, job_id);
    if (!spec.ok()) return spec.status();
    const absl::Status parents = ResolveParents(database_, *spec);
    if (absl::IsUnavailable(parents)) continue;
    if (parents.ok()) {
      database_.Run("UPDATE job SET state = ?2 WHERE id = ?1", job_id, v1::JOB_STATE_QUEUED);
      database_.Run("UPDATE job_spec SET spec = ?2 WHERE job = ?1", job_id,
                    Blob{spec->SerializeAsString()});
    } else {
      database_.Run("UPDATE job SET state = ?2, end_time = ?3, message = ?4 WHERE id = ?1", job_id,
                    v1::JOB_STATE_CANCELLED, ToColumn(now), parents.message());
    }
    absl::StatusOr<v1::Job> job = Get(job_id);
    if (!job.ok()) return job.status();
    moved.push_back(*std::move(job));
  }
  return moved;
}

absl::StatusOr<v1::Job> JobStore::Get(int64_t job_id) {
  absl::StatusOr<v1::JobSpec> spec = ReadSpec(database_, job_id);
  if (!spec.ok()) return spec.status();
  Statement row =
      database_.Query(absl::StrCat("SELECT ", kJobColumns, " FROM job WHERE id = ?1"), job_id);
  row.Next();
  v1::Job job = ReadJob(database_, row);
  *job.mutable_spec() = *std::move(spec);
  for (v1::Attempt& attempt : ReadAttempts(database_, job_id))
    *job.add_attempts() = std::move(attempt);
  if (HasEnded(job.state()) && job.attempts_size() > 0) {
    const uint64_t step = job.attempts().rbegin()->finish().step();
    job.mutable_progress()->set_step(step);
    if (job.state() == v1::JOB_STATE_SUCCEEDED) job.mutable_progress()->set_total_steps(step);
  }
  return job;
}

absl::StatusOr<v1::ListJobsResponse> JobStore::List(const v1::ListJobsRequest& request) {
  return ListJobs(database_, request);
}

absl::StatusOr<v1::Job> JobStore::Cancel(int64_t job_id, absl::Time now) {
  const absl::StatusOr<v1::JobState> state = ReadState(database_, job_id);
  if (!state.ok()) return state.status();
  const int64_t changed =
      database_.Run(
          "UPDATE job SET state = ?2, end_time = ?3 WHERE id = ?1 AND state IN (?4, ?5, ?6)",
          job_id, v1::JOB_STATE_CANCELLED, ToColumn(now), v1::JOB_STATE_QUEUED,
          v1::JOB_STATE_BLOCKED, v1::JOB_STATE_HELD) +
      database_.Run("UPDATE job SET cancel_requested = 1 WHERE id = ?1 AND state = ?2", job_id,
                    v1::JOB_STATE_RUNNING);
  if (changed == 0 && *state != v1::JOB_STATE_CANCELLED) {
    return WrongState(job_id, *state, "cancel it");
  }
  return Get(job_id);
}

absl::StatusOr<std::vector<int64_t>> JobStore::Delete(int64_t job_id) {
  const absl::StatusOr<v1::JobState> state = ReadState(database_, job_id);
  if (!state.ok()) return state.status();
  if (const std::optional<int64_t> child = FindLiveChild(database_, job_id)) {
    return absl::FailedPreconditionError(
        absl::StrCat("job ", *child, " starts from job ", job_id,
                     ": can't delete it before that one has ended"));
  }
  std::vector<int64_t> attempt_ids;
  for (const v1::Attempt& attempt : ReadAttempts(database_, job_id))
    attempt_ids.push_back(attempt.id());
  if (database_.Run("DELETE FROM job WHERE id = ?1 AND state NOT IN (?2, ?3, ?4)", job_id,
                    v1::JOB_STATE_QUEUED, v1::JOB_STATE_BLOCKED, v1::JOB_STATE_RUNNING) == 0) {
    return WrongState(job_id, *state, "delete it");
  }
  return attempt_ids;
}

std::vector<QueuedJob> JobStore::Queued() {
  std::vector<QueuedJob> jobs;
  Statement rows = database_.Query("SELECT id, device FROM job WHERE state = ?1 ORDER BY id",
                                   v1::JOB_STATE_QUEUED);
  while (rows.Next()) jobs.push_back({rows.Column<int64_t>(0), rows.Column<v1::Device>(1)});
  return jobs;
}

std::vector<RunningAttempt> JobStore::Running() {
  std::vector<RunningAttempt> attempts;
  Statement rows = database_.Query(
      "SELECT attempt.id, job.id, worker, slot, cancel_requested"
      " FROM job JOIN attempt ON attempt.id = running_attempt WHERE state = ?1 ORDER BY attempt.id",
      v1::JOB_STATE_RUNNING);
  while (rows.Next()) {
    attempts.push_back({rows.Column<int64_t>(0), rows.Column<int64_t>(1),
                        rows.Column<std::string>(2), rows.Column<uint32_t>(3),
                        rows.Column<bool>(4)});
  }
  return attempts;
}

JobCounts JobStore::Count() {
  JobCounts counts;
  Statement states = database_.Query("SELECT state, COUNT(*) FROM job GROUP BY state");
  while (states.Next()) {
    counts.by_state[states.Column<v1::JobState>(0)] = states.Column<int64_t>(1);
  }
  Statement oldest = database_.Query(
      "SELECT submit_time FROM job WHERE state = ?1 ORDER BY id LIMIT 1", v1::JOB_STATE_QUEUED);
  if (oldest.Next()) counts.oldest_queued = absl::FromUnixMicros(oldest.Column<int64_t>(0));
  return counts;
}

int64_t JobStore::LastAttemptId() {
  Statement row = database_.Query("SELECT seq FROM sqlite_sequence WHERE name = 'attempt'");
  return row.Next() ? row.Column<int64_t>(0) : 0;
}

absl::StatusOr<v1::Offer> JobStore::MakeOffer(int64_t attempt_id, int64_t job_id,
                                              const std::string& worker_id) {
  const absl::StatusOr<v1::JobState> state = ReadState(database_, job_id);
  if (!state.ok()) return state.status();
  if (*state != v1::JOB_STATE_QUEUED) return WrongState(job_id, *state, "offer it");
  absl::StatusOr<v1::JobSpec> spec = ReadSpec(database_, job_id);
  if (!spec.ok()) return spec.status();
  v1::Offer offer;
  offer.set_attempt_id(attempt_id);
  offer.set_job_id(job_id);
  offer.set_job_name(spec->name());
  *offer.mutable_spec() = *std::move(spec);
  if (const auto resume = NewestCheckpoint(database_, job_id, worker_id)) {
    offer.set_parent_attempt_id(resume->attempt_id);
    offer.set_resume_step(resume->step);
    offer.set_resume_path(resume->path);
  }
  return offer;
}

absl::Status JobStore::Begin(const v1::Offer& offer, const std::string& worker_id, uint32_t slot,
                             absl::Time now) {
  const absl::StatusOr<v1::JobState> state = ReadState(database_, offer.job_id());
  if (!state.ok()) return state.status();
  if (database_.Run(
          "UPDATE job SET state = ?2, running_attempt = ?3, start_time = ifnull(start_time, ?4)"
          " WHERE id = ?1 AND state = ?5",
          offer.job_id(), v1::JOB_STATE_RUNNING, offer.attempt_id(), ToColumn(now),
          v1::JOB_STATE_QUEUED) == 0) {
    return WrongState(offer.job_id(), *state, "run it");
  }
  const std::optional<int64_t> parent =
      offer.parent_attempt_id() == 0 ? std::nullopt : std::optional(offer.parent_attempt_id());
  if (absl::Status status = CutBranch(database_, offer.job_id(), parent, offer.resume_step());
      !status.ok()) {
    return status;
  }
  database_.Run(
      "INSERT INTO attempt (id, job, parent, resume_step, worker, slot, start_time)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      offer.attempt_id(), offer.job_id(), parent, offer.resume_step(), worker_id, slot,
      ToColumn(now));
  return absl::OkStatus();
}

void JobStore::ForgetCheckpoint(const v1::Offer& offer) {
  database_.Run("DELETE FROM checkpoint WHERE attempt = ?1 AND step = ?2",
                offer.parent_attempt_id(), offer.resume_step());
}

absl::StatusOr<v1::JobState> JobStore::Finish(int64_t attempt_id, const v1::Finish& finish,
                                              absl::Time now) {
  if (absl::Status status = CheckFinish(finish); !status.ok()) return status;
  const absl::StatusOr<RunningJob> running = FindRunning(database_, attempt_id);
  if (!running.ok()) return running.status();
  const bool counts = RetryAfter(finish.reason()) == Retry::kCounted;
  const int failures = running->failures + (counts ? 1 : 0);
  const v1::JobState state = StateAfter(finish, running->cancel_requested, failures);
  database_.Run(
      "UPDATE job SET state = ?2, running_attempt = NULL, failures = ?3, end_time = ?4"
      " WHERE id = ?1 AND state = ?5 AND running_attempt = ?6",
      running->job_id, state, failures,
      HasEnded(state) ? std::optional(ToColumn(now)) : std::nullopt, v1::JOB_STATE_RUNNING,
      attempt_id);
  database_.Run(
      "UPDATE attempt SET end_time = ?2, outcome = ?3, reason = ?4, message = ?5,"
      " finish_step = ?6 WHERE id = ?1",
      attempt_id, ToColumn(now), finish.outcome(), finish.reason(), finish.message(),
      finish.step());
  return state;
}

}  // namespace geometer::server
