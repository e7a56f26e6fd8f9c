#include "worker/agent/finish.h"

namespace geometer::worker {

v1::Finish Failed(v1::FailureReason reason, const std::string& message) {
  v1::Finish finish;
  finish.set_outcome(v1::OUTCOME_FAILED);
  finish.set_reason(reason);
  finish.set_message(message);
  return finish;
}

v1::Finish Preempted() { return Failed(v1::FAILURE_REASON_PREEMPTED, "the worker is leaving"); }

v1::Finish CancelledUnbegun() {
  v1::Finish finish;
  finish.set_outcome(v1::OUTCOME_CANCELLED);
  finish.set_message("cancelled before it began");
  return finish;
}

bool LeavesHarm(const v1::Finish& finish) {
  return finish.reason() == v1::FAILURE_REASON_OUT_OF_MEMORY ||
         finish.reason() == v1::FAILURE_REASON_DEVICE_ERROR ||
         finish.reason() == v1::FAILURE_REASON_INTERNAL;
}

}  // namespace geometer::worker
