#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "geometer/v1/worker_service.pb.h"
#include "proto/concurrency/mutex.h"

namespace geometer::server {

// A metric (of the closed set in live_attempts.cc) and the split it is measured on, "" for none.
using MetricKey = std::pair<std::string, std::string>;

// An attempt that a worker runs, and its newest values.
struct LiveAttempt {
  int64_t job_id = 0;
  std::string job_name;
  std::string worker_id;
  uint32_t slot = 0;
  uint64_t sequence = 0;  // of the newest record seen
  double examples = 0;    // trained on so far
  std::map<MetricKey, double> values = {};
};

// What runs now, for exposition: attempts enter with their lease and leave with it, so that nothing
// here grows with the number of jobs. Thread-safe.
class LiveAttempts {
 public:
  void Begin(int64_t attempt_id, LiveAttempt attempt) EXCLUDES(mutex_);
  void End(int64_t attempt_id) EXCLUDES(mutex_);

  // A record became durable. Repeats change nothing; nor does a record of an attempt that ended.
  void Observe(const v1::Record& record) EXCLUDES(mutex_);

  std::optional<LiveAttempt> Find(int64_t attempt_id) const EXCLUDES(mutex_);

  // Oldest first.
  std::vector<LiveAttempt> All() const EXCLUDES(mutex_);

  // Points that became durable since the server started.
  uint64_t PointsObserved() const EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<int64_t, LiveAttempt> attempts_ GUARDED_BY(mutex_);
  uint64_t points_ GUARDED_BY(mutex_) = 0;
};

}  // namespace geometer::server
