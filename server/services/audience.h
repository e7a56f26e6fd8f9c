#pragma once

#include <cstdint>
#include <string>

#include "geometer/v1/worker_service.pb.h"

namespace geometer::server {

// Takes a worker's offers: its lease stream.
class OfferSink {
 public:
  virtual ~OfferSink() = default;
  virtual void Offer(const v1::Offer& offer) = 0;
  // Another stream has taken over: nothing more will come.
  virtual void Replaced() = 0;
};

// Is told what happens to jobs. Called from any thread, without locks held; must be quick.
class Audience {
 public:
  virtual ~Audience() = default;
  // The job's state, points or progress changed.
  virtual void JobChanged(int64_t job_id) = 0;
  // The worker must do what `receipt` says.
  virtual void Direct(const std::string& worker_id, const v1::AttemptReceipt& receipt) = 0;
};

}  // namespace geometer::server
