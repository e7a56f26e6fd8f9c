#pragma once

#include <prometheus/collectable.h>
#include <prometheus/histogram.h>

#include <memory>
#include <string>
#include <vector>

#include "server/scheduling/scheduler.h"
#include "server/storage/store.h"
#include "server/telemetry/live_attempts.h"
#include "server/telemetry/rpc_counts.h"

namespace geometer::server {

// All geometer_* metrics of the server, computed from its state at each scrape. Thread-safe; blocks
// on a read of the store.
//
// Labels come from closed sets, and what belongs to a running attempt is exposed by worker and
// slot: the number of series depends on the workers connected, not on the jobs that ever ran. Only
// geometer_slot_info names the job.
class Exposition final : public prometheus::Collectable {
 public:
  struct Sources {
    Store& store;
    const Scheduler& scheduler;
    const LiveAttempts& live;
    const RpcCounts& rpcs;
    const prometheus::Histogram& commit_seconds;
  };
  explicit Exposition(Sources sources) : sources_(sources) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Sources sources_;
};

// Bounds of geometer_commit_seconds: 0.5 ms to 4 s.
std::unique_ptr<prometheus::Histogram> MakeCommitSeconds();

// Collect in Prometheus' text format.
std::string ToText(const prometheus::Collectable& collectable);

// The connected workers' metrics addresses as JSON for Prometheus' http_sd.
std::string ServiceDiscovery(const Scheduler& scheduler);

}  // namespace geometer::server
