#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"

namespace geometer::server {

// Times as the database keeps them: microseconds since 1970, UTC.

inline int64_t ToColumn(absl::Time time) { return absl::ToUnixMicros(time); }

inline google::protobuf::Timestamp ToTimestamp(int64_t column) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(column);
}

}  // namespace geometer::server
