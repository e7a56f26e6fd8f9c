#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "geometer/v1/measurement.pb.h"

namespace geometer::server {

using SteadyTime = std::chrono::steady_clock::time_point;
using SteadyDuration = std::chrono::steady_clock::duration;

// A worker's right to an attempt.
struct Lease {
  int64_t attempt_id = 0;
  int64_t job_id = 0;
  std::string worker_id;
  uint32_t slot = 0;
  bool cancel_requested = false;
  v1::Progress progress = {};     // as last reported
  uint64_t durable_sequence = 0;  // as last acknowledged
};

// Leases and when they were renewed, in memory on the server's steady clock. Not thread-safe.
//
// A lease ends one term after the trainer last moved: a step made, seconds counted or a record
// kept. A live worker with a stuck trainer does not renew. Nothing of it is kept on disk: after a
// restart of the server every lease gets one full term.
class Leases {
 public:
  void Grant(Lease lease, SteadyTime now);
  void Release(int64_t attempt_id) { entries_.erase(attempt_id); }

  // Renew when `progress` is ahead of the last one, or `durable_sequence` higher. False: no such
  // lease.
  bool Progressed(int64_t attempt_id, const v1::Progress& progress, SteadyTime now);
  bool Recorded(int64_t attempt_id, uint64_t durable_sequence, SteadyTime now);

  // Renews all leases of a worker that went away, so that it has a whole term to come back.
  void RenewAll(const std::string& worker_id, SteadyTime now);

  // Marks the job's running attempt, if there is one, to be told to stop.
  void RequestCancel(int64_t job_id);

  // Nothing when there is no such lease.
  std::optional<Lease> Find(int64_t attempt_id) const;
  std::optional<Lease> FindByJob(int64_t job_id) const;
  // By attempt id.
  std::vector<Lease> All() const;

  // Takes out the leases that were not renewed for `term_of(lease)`.
  std::vector<Lease> TakeExpired(SteadyTime now,
                                 const std::function<SteadyDuration(const Lease&)>& term_of);

 private:
  struct Entry {
    Lease lease;
    SteadyTime renewed;
  };
  std::map<int64_t, Entry> entries_;
};

}  // namespace geometer::server
