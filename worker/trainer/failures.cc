#include "worker/trainer/failures.h"

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace geometer::trainer {
namespace {

v1::FailureReason ReasonOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return v1::FAILURE_REASON_SPEC_REFUSED;
    case absl::StatusCode::kNotFound:
      return v1::FAILURE_REASON_MISSING_DATA;
    case absl::StatusCode::kDataLoss:
      return v1::FAILURE_REASON_BAD_DATA;
    case absl::StatusCode::kResourceExhausted:
      return v1::FAILURE_REASON_OUT_OF_MEMORY;
    case absl::StatusCode::kFailedPrecondition:
      return v1::FAILURE_REASON_DEVICE_ERROR;
    default:
      return v1::FAILURE_REASON_INTERNAL;
  }
}

// LibTorch throws a plain c10::Error when the processor's memory runs out.
bool IsOutOfMemory(const std::exception& exception) {
  return dynamic_cast<const std::bad_alloc*>(&exception) != nullptr ||
         dynamic_cast<const c10::OutOfMemoryError*>(&exception) != nullptr ||
         absl::StrContains(exception.what(), "DefaultCPUAllocator");
}

// LibTorch's words for an operation that can't be differentiated, or not as often as was asked; it
// throws them as several types.
bool LacksDerivative(const std::string& message) {
  return absl::StrContains(message, "derivative for") &&
         absl::StrContains(message, "is not implemented");
}

// Without the C++ stack that LibTorch appends.
std::string MessageOf(const std::exception& exception) {
  const auto* error = dynamic_cast<const c10::Error*>(&exception);
  return error != nullptr ? error->what_without_backtrace() : exception.what();
}

}  // namespace

v1::Finish Failed(const absl::Status& status) {
  v1::Finish finish;
  finish.set_outcome(v1::OUTCOME_FAILED);
  finish.set_reason(ReasonOf(status.code()));
  finish.set_message(std::string(status.message()));
  return finish;
}

absl::Status ToStatus(const std::exception& exception) {
  const std::string message = MessageOf(exception);
  if (IsOutOfMemory(exception)) return absl::ResourceExhaustedError(message);
  if (dynamic_cast<const c10::AcceleratorError*>(&exception) != nullptr) {
    return absl::FailedPreconditionError(message);
  }
  if (LacksDerivative(message)) {
    return absl::InvalidArgumentError(absl::StrCat(
        message, " Leave out the probe or penalty that takes it, or choose another model."));
  }
  if (dynamic_cast<const std::invalid_argument*>(&exception) != nullptr) {
    return absl::InvalidArgumentError(message);
  }
  return absl::InternalError(message);
}

}  // namespace geometer::trainer
