#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/worker_service.pb.h"
#include "proto/concurrency/mutex.h"
#include "server/scheduling/scheduler.h"
#include "server/services/audience.h"
#include "server/services/clock.h"
#include "server/services/offer_table.h"
#include "server/storage/job_store.h"
#include "server/storage/store.h"
#include "server/telemetry/live_attempts.h"

namespace geometer::server {

// Carries jobs from the store to workers and back: the one place that moves the scheduler (memory)
// and the store (disk) together. Every event that could make a match places jobs at once.
// Thread-safe; blocks nowhere but in Restore.
//
// The store decides. The scheduler follows after a commit, except that a lease begins in memory
// first (so that a slot is not given twice) and ends again when the store refuses it.
class Dispatcher {
 public:
  struct Parts {
    Store& store;
    Scheduler& scheduler;
    LiveAttempts& live;
    Audience& audience;
  };
  Dispatcher(Parts parts, Clock clock, absl::Duration lease_term);

  // Queues what waits and adopts what runs, as the store has it. Once, before the first worker.
  absl::Status Restore();

  // A client's doing, after it is on disk.
  void Submitted(const v1::Job& job);
  void Cancelled(const v1::Job& job);

  // A worker's lease stream. Errors as in Scheduler; `sink` gets the offers until it disconnects or
  // is replaced.
  absl::Status Connect(const std::string& session, const v1::HeldAttempts& held,
                       std::shared_ptr<OfferSink> sink);
  void Disconnect(const std::string& session, const OfferSink* sink);
  absl::Status Accept(const std::string& session, const v1::AcceptOffer& accept);
  absl::Status Decline(const std::string& session, const v1::DeclineOffer& decline);

  // The store has ended an attempt and moved its job to `state`.
  void Ended(int64_t attempt_id, int64_t job_id, v1::JobState state);
  // Ends a running attempt as FAILED.
  void Fail(int64_t attempt_id, int64_t job_id, v1::FailureReason reason,
            const std::string& message);
  // Ends leases and offers that are overdue. To be called about once a second.
  void Sweep();
  // No more offers.
  void Drain();

 private:
  // What an earlier server left running.
  struct Adopted {
    RunningAttempt attempt;
    v1::Job job;
    uint64_t durable_sequence = 0;
  };

  void Enqueue(int64_t job_id, const v1::JobSpec& spec);
  void Adopt(const Adopted& running);
  void Unblock();  // once a job has ended, which others may have waited for
  void Place();
  void MakeOffer(const Placement& placement);
  void Send(const Placement& placement, v1::Offer offer);
  void Begin(const v1::Offer& offer, const std::string& worker_id, uint32_t slot);
  void GiveBack(const v1::Offer& offer, const std::string& worker_id, const absl::Status& why);
  void KeepLease(int64_t attempt_id);
  void FailAll(const std::vector<LostAttempt>& lost);

  const Parts parts_;
  const Clock clock_;
  const absl::Duration lease_term_;

  // Held over a change of the session's stream, so that its two halves are one step.
  Mutex sinks_mutex_;
  std::map<std::string, std::shared_ptr<OfferSink>> sinks_ GUARDED_BY(sinks_mutex_);  // by session

  OfferTable offers_;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> unblock_failed_ = false;  // the next sweep tries again
};

}  // namespace geometer::server
