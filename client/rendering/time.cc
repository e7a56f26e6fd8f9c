#include "client/rendering/time.h"

#include "client/rendering/number.h"

namespace geometer::client {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

Cell TimeCell(const google::protobuf::Timestamp& timestamp, absl::Time now) {
  if (timestamp.seconds() == 0) return {};
  const absl::Time time = ToTime(timestamp);
  return {.value = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone()),
          .text = Duration(absl::ToDoubleSeconds(now - time))};
}

}  // namespace geometer::client
