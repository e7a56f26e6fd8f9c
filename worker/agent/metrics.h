#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

#include "worker/agent/slot.h"

namespace geometer::worker {

// What the worker exposes about itself: a number of series that no job changes. Thread-safe.
class Metrics {
 public:
  Metrics(const std::string& worker_id, const std::string& version);

  void SetSpoolBytes(double bytes) { spool_bytes_.Set(bytes); }
  void CountReplacement(Replacement reason);

  const prometheus::Registry& registry() const { return registry_; }

 private:
  const std::string worker_id_;
  prometheus::Registry registry_;
  prometheus::Gauge& spool_bytes_;
  prometheus::Family<prometheus::Counter>& restarts_;
};

}  // namespace geometer::worker
