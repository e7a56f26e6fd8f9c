#pragma once

#include <chrono>
#include <cstdint>
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

// Leases and their deadlines, in memory on the server's steady clock. Not thread-safe.
//
// A lease ends one term after the trainer last moved: a step made, seconds counted or a record
// kept. A live worker whose trainer is stuck, by the worker's own limit, does not renew. Deadlines
// are not kept on disk: after a restart of the server every lease gets one full term.
class Leases {
 public:
  explicit Leases(SteadyDuration term) : term_(term) {}

  void Grant(Lease lease, SteadyTime now);
  void Release(int64_t attempt_id) { entries_.erase(attempt_id); }

  // Renew when `progress` is ahead of the last one, or `durable_sequence` higher. False: no such
  // lease.
  bool Progressed(int64_t attempt_id, const v1::Progress& progress, SteadyTime now);
  bool Recorded(int64_t attempt_id, uint64_t durable_sequence, SteadyTime now);

  // Marks the job's running attempt, if there is one, to be told to stop.
  void RequestCancel(int64_t job_id);

  // Nothing when there is no such lease.
  std::optional<Lease> Find(int64_t attempt_id) const;
  std::optional<Lease> FindByJob(int64_t job_id) const;
  // By attempt id.
  std::vector<Lease> All() const;

  // Takes out the leases whose deadline is not after `now`.
  std::vector<Lease> TakeExpired(SteadyTime now);

 private:
  struct Entry {
    Lease lease;
    SteadyTime deadline;
  };
  const SteadyDuration term_;
  std::map<int64_t, Entry> entries_;
};

}  // namespace geometer::server
