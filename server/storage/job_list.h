#pragma once

#include "absl/status/statusor.h"
#include "geometer/v1/job_service.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// See JobStore::List.
absl::StatusOr<v1::ListJobsResponse> ListJobs(Database& database,
                                              const v1::ListJobsRequest& request);

}  // namespace geometer::server
