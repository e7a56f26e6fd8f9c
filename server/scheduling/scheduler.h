#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/worker_service.pb.h"
#include "proto/concurrency/mutex.h"
#include "server/scheduling/leases.h"
#include "server/scheduling/matching.h"
#include "server/scheduling/workers.h"

namespace geometer::server {

// A job on its way to a worker: to be sent to that session's lease stream as an offer.
struct Placement {
  int64_t attempt_id = 0;
  int64_t job_id = 0;
  std::string session;
  std::string worker_id;
};

// An attempt whose worker no longer has it: to be finished in the store as FAILED for `reason`.
struct LostAttempt {
  int64_t attempt_id = 0;
  int64_t job_id = 0;
  v1::FailureReason reason = v1::FAILURE_REASON_LOST_WORKER;
};

// Which worker runs what, in memory. Thread-safe: one lock over the three parts, each a file of its
// own. Does no I/O and reads no clock; the store is right where the two differ.
//
//   Enqueue ─▶ waiting ──Place──▶ offered ──Accept──▶ leased ──Release──▶ gone
//                 ▲                  │                  │
//                 └─ Decline, Sweep ─┘                  └─ Sweep, Connect ─▶ LostAttempt
class Scheduler {
 public:
  struct Options {
    SteadyDuration lease_term = std::chrono::seconds(60);
    SteadyDuration offer_term = std::chrono::seconds(10);
    std::string contract_digest;               // workers with another one get no offers
    int64_t last_attempt_id = 0;               // JobStore::LastAttemptId at start
    std::function<std::string()> new_session;  // see Workers
  };
  explicit Scheduler(Options options);

  // Sessions. See Workers; every use of an older session is FAILED_PRECONDITION.
  absl::StatusOr<std::string> Register(const v1::RegisterRequest& description, absl::Time now);
  absl::StatusOr<std::string> WorkerOf(const std::string& session) const;
  // The session's lease stream opened and the worker holds `held`: returns its other attempts,
  // whose leases end here. From now on it can be placed on.
  absl::StatusOr<std::vector<LostAttempt>> Connect(const std::string& session,
                                                   const v1::HeldAttempts& held);
  // The stream closed: its offers go back to the queue, its leases run on.
  void Disconnect(const std::string& session);
  // Connected workers, by id.
  std::vector<v1::Worker> ListWorkers() const;
  // Where connected workers serve metrics, by worker id; without those that serve none.
  std::map<std::string, std::string> MetricsAddresses() const;

  // Queue. Enqueue a job at start, when it was submitted, and whenever the store says that it is
  // QUEUED again; remove it when it was cancelled. Neither minds a repeat, nor a job that is
  // offered or leased.
  void Enqueue(int64_t job_id, const Requirements& requirements);
  void Remove(int64_t job_id);

  // Puts waiting jobs on free slots: priority by age; see WaitingJobs. Call after anything that
  // could make a match: Enqueue, Connect, Decline, Release, Sweep.
  std::vector<Placement> Place(SteadyTime now);
  // The worker took the offer: the lease begins, to be followed by JobStore::Begin (and by Release,
  // if that fails). FAILED_PRECONDITION when the offer is not this session's, or is over;
  // INVALID_ARGUMENT for a slot that the worker does not have.
  absl::StatusOr<Placement> Accept(const std::string& session, const v1::AcceptOffer& accept,
                                   SteadyTime now);
  // The job waits again. Unless only the checkpoint was missing, the session gets no offers until
  // the next Sweep: it has no room now, and would decline them all. FAILED_PRECONDITION as for
  // Accept. Returns the placement that was declined.
  absl::StatusOr<Placement> Decline(const std::string& session, const v1::DeclineOffer& decline);
  // The offer could not be made: the job is gone. Its slot is free again.
  void Withdraw(int64_t attempt_id);

  // Leases. Adopt one that the store calls running at start; it gets a full term.
  void Adopt(Lease lease, SteadyTime now);
  // Progress that was reported, or the sequence that is durable: renews when it moved. Returns what
  // the worker must do; DIRECTIVE_ABANDON when the lease is not this worker's or is over. An offer
  // to this worker that is not answered yet is neither: its acceptance may come by another stream.
  v1::Directive Renew(const std::string& worker_id, const v1::AttemptProgress& progress,
                      SteadyTime now);
  v1::Directive Renew(const std::string& worker_id, const v1::AttemptReceipt& receipt,
                      SteadyTime now);
  // The job's running attempt, if any, gets DIRECTIVE_CANCEL.
  void RequestCancel(int64_t job_id);
  // The attempt ended.
  void Release(int64_t attempt_id);
  // The lease of a running job, for its progress.
  std::optional<Lease> LeaseOfJob(int64_t job_id) const;
  std::vector<Lease> AllLeases() const;

  // Ends what is overdue: unanswered offers go back to the queue, sessions that declined may be
  // asked again; returns leases without progress, HUNG when the worker is connected, else
  // LOST_WORKER. To be called about once a second.
  std::vector<LostAttempt> Sweep(SteadyTime now);

 private:
  struct Offered {
    Placement placement;
    Requirements requirements;
    SteadyTime deadline;
  };

  std::vector<Candidate> Candidates() const REQUIRES(mutex_);
  // Back to the queue.
  void TakeBackOffers(const std::function<bool(const Offered&)>& selects) REQUIRES(mutex_);
  void TakeBackOffersTo(const std::string& worker_id) REQUIRES(mutex_);
  absl::StatusOr<Offered> TakeOffer(const std::string& session, int64_t attempt_id)
      REQUIRES(mutex_);
  v1::Directive DirectiveFor(const std::string& worker_id, int64_t attempt_id) const
      REQUIRES(mutex_);

  const Options options_;
  mutable Mutex mutex_;
  Workers workers_ GUARDED_BY(mutex_);
  WaitingJobs waiting_ GUARDED_BY(mutex_);
  Leases leases_ GUARDED_BY(mutex_);
  std::map<int64_t, Offered> offers_ GUARDED_BY(mutex_);  // by attempt id
  std::set<std::string> declined_ GUARDED_BY(mutex_);     // sessions that did since the last Sweep
  int64_t last_attempt_id_ GUARDED_BY(mutex_);
};

}  // namespace geometer::server
