#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "geometer/v1/job_service.pb.h"

namespace geometer::server {

// Where a page of a list of jobs ended.
struct PageEnd {
  v1::JobOrder order = v1::JOB_ORDER_NEWEST;
  int64_t job_id = 0;
  std::string name = {};
};

// As clients hand it back: opaque letters, digits, '-' and '_'.
std::string EncodePageToken(const PageEnd& end);

// INVALID_ARGUMENT unless EncodePageToken made `token` for a list in `order`.
absl::StatusOr<PageEnd> DecodePageToken(const std::string& token, v1::JobOrder order);

}  // namespace geometer::server
