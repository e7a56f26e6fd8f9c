#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "geometer/v1/job_service.pb.h"
#include "geometer/v1/measurement.pb.h"

namespace geometer::server {

// A job is HELD once so many of its tries failed.
inline constexpr int kMaxFailures = 3;

// What a failure means for the job; see the comments of FailureReason.
enum class Retry {
  kNever,    // the job has failed
  kCounted,  // it is tried again, unless its tries are used up
  kFree,     // it is tried again: nobody's fault
};
Retry RetryAfter(v1::FailureReason reason);

// State of a running job after an attempt that ended by `finish`, when `failures` tries, this one
// included if it counts, have failed.
v1::JobState StateAfter(const v1::Finish& finish, bool cancel_requested, int failures);

// Whether a job's state is final; that of a held one is not, since a user can still cancel it.
bool HasEnded(v1::JobState state);

// The state in a message: "QUEUED".
std::string NameOf(v1::JobState state);

// FAILED_PRECONDITION: job `job_id` is in `state`, which does not allow `action`.
absl::Status WrongState(int64_t job_id, v1::JobState state, absl::string_view action);

// INVALID_ARGUMENT unless `finish` says how the attempt ended, and why if it failed.
absl::Status CheckFinish(const v1::Finish& finish);

}  // namespace geometer::server
