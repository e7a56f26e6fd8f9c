#include "client/rendering/time.h"

#include "client/rendering/number.h"

namespace geometer::client {
namespace {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace

std::string Rfc3339(const google::protobuf::Timestamp& timestamp) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", ToTime(timestamp), absl::UTCTimeZone());
}

double SecondsBetween(const google::protobuf::Timestamp& start,
                      const google::protobuf::Timestamp& end) {
  return absl::ToDoubleSeconds(ToTime(end) - ToTime(start));
}

Cell TimeCell(const google::protobuf::Timestamp& timestamp, absl::Time now) {
  if (timestamp.seconds() == 0) return {};
  return {.value = Rfc3339(timestamp),
          .text = Duration(absl::ToDoubleSeconds(now - ToTime(timestamp)))};
}

}  // namespace geometer::client
