#pragma once

#include <string>

#include "geometer/v1/measurement.pb.h"

namespace geometer::worker {

// The end of an attempt that the worker, not the trainer, tells.
v1::Finish Failed(v1::FailureReason reason, const std::string& message);
v1::Finish Preempted();         // since the worker is leaving
v1::Finish CancelledUnbegun();  // before a trainer had it

// Whether a trainer that ended an attempt so may be in a bad state itself.
bool LeavesHarm(const v1::Finish& finish);

}  // namespace geometer::worker
