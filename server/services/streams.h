#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/services/audience.h"
#include "server/services/stream_set.h"

namespace geometer::server {

class LeaseStream;
class ReportStream;
class WatchStream;

// UNAVAILABLE: what streams end with when the server stops.
absl::Status DrainingError();

// All streams that live until they are told to end. Thread-safe.
class Streams final : public Audience {
 public:
  StreamSet<LeaseStream> leases;
  StreamSet<ReportStream> reports;
  StreamSet<WatchStream> watches;

  void JobChanged(int64_t job_id) override;
  void Direct(const std::string& worker_id, const v1::AttemptReceipt& receipt) override;

  // The worker has begun a new session: its streams so far end with FAILED_PRECONDITION.
  void FenceOff(const std::string& worker_id);

  // Ends all of them; new ones end at once.
  void Drain();
};

}  // namespace geometer::server
