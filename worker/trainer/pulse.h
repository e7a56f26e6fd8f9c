#pragma once

#include <chrono>
#include <cstdint>

#include "worker/trainer/supervisor.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// The sign of life of an attempt: progress reports, at most one each 0.2 seconds. Knows the
// attempt's time.
class Pulse {
 public:
  // Borrows both. The attempt begins now.
  Pulse(Supervisor& supervisor, const Training& training)
      : supervisor_(supervisor), training_(training) {}

  // Wall-clock seconds since the attempt began.
  double Elapsed() const;

  // Those of them that were not spent measuring.
  double TrainingSeconds() const { return Elapsed() - measuring_seconds_; }

  // Accounts for seconds spent measuring.
  void AddMeasuring(double seconds) { measuring_seconds_ += seconds; }

  // Reports progress if it is time for it.
  void Beat(int64_t step);
  // Reports progress.
  void Report(int64_t step);

 private:
  using Clock = std::chrono::steady_clock;

  Supervisor& supervisor_;
  const Training& training_;
  const Clock::time_point start_ = Clock::now();
  double measuring_seconds_ = 0;
  double last_elapsed_ = 0;  // at the last report
  int64_t last_step_ = -1;   // none before the first
};

}  // namespace geometer::trainer
