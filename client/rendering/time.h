#pragma once

#include <string>

#include "absl/time/time.h"
#include "client/rendering/table.h"
#include "google/protobuf/timestamp.pb.h"

namespace geometer::client {

// "2024-05-01T12:00:00.250Z".
std::string Rfc3339(const google::protobuf::Timestamp& timestamp);

double SecondsBetween(const google::protobuf::Timestamp& start,
                      const google::protobuf::Timestamp& end);

// How long ago `timestamp` was, for people; as in Rfc3339 for programs. Absent when the timestamp
// is (zero).
Cell TimeCell(const google::protobuf::Timestamp& timestamp, absl::Time now);

}  // namespace geometer::client
