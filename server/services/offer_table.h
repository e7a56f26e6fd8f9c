#pragma once

#include <cstdint>
#include <map>

#include "absl/status/statusor.h"
#include "geometer/v1/worker_service.pb.h"
#include "proto/concurrency/mutex.h"

namespace geometer::server {

// The newest offer of each job that is offered or running: what its attempt was told. Thread-safe.
class OfferTable {
 public:
  // Replaces the job's older offer. False, and no change, when a newer one is there: the answers of
  // the store can overtake each other.
  bool Put(const v1::Offer& offer) EXCLUDES(mutex_);

  // FAILED_PRECONDITION when that is not the job's newest offer.
  absl::StatusOr<v1::Offer> Find(int64_t job_id, int64_t attempt_id) const EXCLUDES(mutex_);

  // Takes the job's offer out; empty when there is none.
  v1::Offer Take(int64_t job_id) EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<int64_t, v1::Offer> by_job_ GUARDED_BY(mutex_);
};

}  // namespace geometer::server
