#include "server/storage/transitions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/storage/text_rules.h"

namespace geometer::server {

Retry RetryAfter(v1::FailureReason reason) {
  switch (reason) {
    case v1::FAILURE_REASON_CRASHED:
    case v1::FAILURE_REASON_HUNG:
    case v1::FAILURE_REASON_LOST_WORKER:
      return Retry::kCounted;
    case v1::FAILURE_REASON_PREEMPTED:
      return Retry::kFree;
    default:
      return Retry::kNever;
  }
}

v1::JobState StateAfter(const v1::Finish& finish, bool cancel_requested, int failures) {
  if (finish.outcome() == v1::OUTCOME_SUCCEEDED) return v1::JOB_STATE_SUCCEEDED;
  if (finish.outcome() == v1::OUTCOME_DIVERGED) return v1::JOB_STATE_DIVERGED;
  if (finish.outcome() == v1::OUTCOME_CANCELLED || cancel_requested) return v1::JOB_STATE_CANCELLED;
  switch (RetryAfter(finish.reason())) {
    case Retry::kNever:
      return v1::JOB_STATE_FAILED;
    case Retry::kCounted:
      return failures < kMaxFailures ? v1::JOB_STATE_QUEUED : v1::JOB_STATE_HELD;
    case Retry::kFree:
      return v1::JOB_STATE_QUEUED;
  }
  return v1::JOB_STATE_FAILED;
}

bool HasEnded(v1::JobState state) {
  return state != v1::JOB_STATE_QUEUED && state != v1::JOB_STATE_RUNNING &&
         state != v1::JOB_STATE_HELD && state != v1::JOB_STATE_BLOCKED;
}

std::string NameOf(v1::JobState state) {
  return std::string(absl::StripPrefix(v1::JobState_Name(state), "JOB_STATE_"));
}

absl::Status WrongState(int64_t job_id, v1::JobState state, absl::string_view action) {
  return absl::FailedPreconditionError(
      absl::StrCat("job ", job_id, " is ", NameOf(state), ": can't ", action));
}

absl::Status CheckFinish(const v1::Finish& finish) {
  const bool failed = finish.outcome() == v1::OUTCOME_FAILED;
  if (!v1::Outcome_IsValid(finish.outcome()) || finish.outcome() == v1::OUTCOME_UNSPECIFIED) {
    return absl::InvalidArgumentError("finish.outcome: required");
  }
  if (!v1::FailureReason_IsValid(finish.reason()) ||
      failed != (finish.reason() != v1::FAILURE_REASON_UNSPECIFIED)) {
    return absl::InvalidArgumentError(
        "finish.reason: required of a failure, and only of a failure");
  }
  return CheckText("finish.message", finish.message(), 64 << 10);
}

}  // namespace geometer::server
