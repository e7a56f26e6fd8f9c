#pragma once

#include "absl/time/time.h"
#include "client/rendering/table.h"
#include "google/protobuf/timestamp.pb.h"

namespace geometer::client {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);

// For people how long ago `timestamp` was; for programs the time in RFC 3339 (UTC). Absent when the
// timestamp is (zero).
Cell TimeCell(const google::protobuf::Timestamp& timestamp, absl::Time now);

}  // namespace geometer::client
