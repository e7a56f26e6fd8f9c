#pragma once

#include "absl/status/statusor.h"
#include "geometer/v1/job_service.pb.h"
#include "server/storage/job_store.h"

namespace geometer::server {

// Checks a request and fills the spec's defaults in. INVALID_ARGUMENT with all violations: those of
// the contract, then those of the request itself.
absl::StatusOr<Submission> ToSubmission(const v1::SubmitJobRequest& request);

}  // namespace geometer::server
