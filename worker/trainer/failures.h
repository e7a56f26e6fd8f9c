#pragma once

#include <exception>

#include "absl/status/status.h"
#include "geometer/v1/measurement.pb.h"

namespace geometer::trainer {

// How an attempt that met an error ends: FAILED, with the error's message and the reason that its
// code means here.
//   InvalidArgument → SPEC_REFUSED, NotFound → MISSING_DATA, DataLoss → BAD_DATA,
//   ResourceExhausted → OUT_OF_MEMORY, FailedPrecondition → DEVICE_ERROR, any other → INTERNAL.
v1::Finish Failed(const absl::Status& status);

// The status of an exception that LibTorch or the standard library threw. InvalidArgument, so that
// the job is not tried again: std::invalid_argument, or an operation lacks a derivative; the
// message names it and says what to do.
absl::Status ToStatus(const std::exception& exception);

}  // namespace geometer::trainer
