#pragma once

#include "geometer/v1/trainer.pb.h"

namespace geometer::trainer {

// What an attempt is asked to do at the next step.
enum class Request {
  kNone,
  kCancel,      // end as CANCELLED
  kCheckpoint,  // write a checkpoint, go on
  kPreempt,     // write a checkpoint, end as PREEMPTED
};

// Whoever an attempt runs for: hears what happens and may ask for something between two steps.
// Called by one thread.
class Supervisor {
 public:
  virtual ~Supervisor() = default;
  virtual void Report(const v1::TrainerReport& report) = 0;

  // The oldest request not yet returned. Never waits; called once a step, so it must be cheap.
  virtual Request Poll() = 0;
};

}  // namespace geometer::trainer
