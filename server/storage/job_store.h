#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/worker_service.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// A job to queue.
struct Submission {
  v1::JobSpec explicit_spec;  // with its defaults filled in: what runs
  std::string spec_sha256;    // contract::SpecDigest of the spec as submitted: its identity
  std::string request_id;     // empty: never a repeat
  std::string owner;
  std::vector<std::string> tags;
};

// A job that waits for a worker.
struct QueuedJob {
  int64_t job_id = 0;
  v1::Device device = v1::DEVICE_CPU;
};

// An attempt that runs.
struct RunningAttempt {
  int64_t attempt_id = 0;
  int64_t job_id = 0;
  std::string worker_id;
  uint32_t slot = 0;
  bool cancel_requested = false;
};

// How many jobs there are.
struct JobCounts {
  std::map<v1::JobState, int64_t> by_state;  // without states that no job has
  std::optional<absl::Time> oldest_queued;   // when the job that waits longest was submitted
};

// Jobs, their attempts and their state machine, as one connection sees them.
//
//   QUEUED ──Begin──▶ RUNNING ──Finish──▶ SUCCEEDED | DIVERGED | CANCELLED | FAILED
//     │ ▲                │
//     │ └─ Finish, for a ┴──▶ HELD, once three tries have failed
//     │    reason that is retried
//     └──Cancel──▶ CANCELLED
//
// A job whose parents have not ended is BLOCKED before it is QUEUED, by Unblock, or CANCELLED.
//
// Each arrow is one statement guarded by WHERE state = …. A call that finds the job in another
// state changes nothing and returns FAILED_PRECONDITION naming that state. NOT_FOUND: no such job.
class JobStore {
 public:
  explicit JobStore(Database& database) : database_(database) {}

  // Queues a job, with its parents resolved (errors as ResolveParents), or blocks it while one of
  // them has not ended. A repeat of `request_id`
  // with the same spec returns the job that it made, with another spec ALREADY_EXISTS.
  absl::StatusOr<v1::Job> Submit(const Submission& submission, absl::Time now);

  // The job with everything. Of progress, which is not kept, only an ended job's step is set, and
  // the total of one that succeeded.
  absl::StatusOr<v1::Job> Get(int64_t job_id);

  // One page; INVALID_ARGUMENT for a page size below 0 or above 1000, or a token that is malformed
  // or belongs to another order. Pages hold each job that matched throughout exactly once.
  absl::StatusOr<v1::ListJobsResponse> List(const v1::ListJobsRequest& request);

  // Moves the blocked jobs on whose parents have all ended, or one of which can't be started from,
  // and returns them: queued with their parents resolved, or cancelled, saying why. Cost: O(blocked
  // jobs).
  absl::StatusOr<std::vector<v1::Job>> Unblock(absl::Time now);

  // Ends a queued, blocked or held job at once; asks for the end of a running one. A repeat changes
  // nothing.
  absl::StatusOr<v1::Job> Cancel(int64_t job_id, absl::Time now);

  // Removes an ended or held job with its points, logs and artifacts; their folders go when the
  // store is next opened, or by RemoveFolders. Returns the ids of its attempts.
  // FAILED_PRECONDITION while a job that has not ended starts from it.
  absl::StatusOr<std::vector<int64_t>> Delete(int64_t job_id);

  // What the scheduler must know at start: jobs that wait, oldest first; attempts that run.
  std::vector<QueuedJob> Queued();
  std::vector<RunningAttempt> Running();

  // Cost: O(jobs), on an index.
  JobCounts Count();

  // The largest attempt id that was ever begun; 0: none. Offers take larger ones.
  int64_t LastAttemptId();

  // An offer of a queued job to a worker, under an attempt id that is larger than all begun ones.
  // It resumes from the newest durable checkpoint on the job's live branch that was taken on that
  // worker, or starts from the beginning. Nothing is changed, and `term` is not set.
  absl::StatusOr<v1::Offer> MakeOffer(int64_t attempt_id, int64_t job_id,
                                      const std::string& worker_id);

  // The worker accepted `offer`: QUEUED → RUNNING, and the live branch is cut where the attempt
  // resumes. FAILED_PRECONDITION when the job no longer waits, or the checkpoint is no longer live.
  absl::Status Begin(const v1::Offer& offer, const std::string& worker_id, uint32_t slot,
                     absl::Time now);

  // The worker declined `offer` because it lost the checkpoint: no offer will name it again.
  void ForgetCheckpoint(const v1::Offer& offer);

  // Ends the running attempt and moves its job on, by `finish` and its reason (see FailureReason).
  // A cancelled job ends CANCELLED unless it succeeded or diverged first. Returns the job's new
  // state. FAILED_PRECONDITION when the attempt is not its job's running one.
  absl::StatusOr<v1::JobState> Finish(int64_t attempt_id, const v1::Finish& finish, absl::Time now);

 private:
  Database& database_;
};

}  // namespace geometer::server
