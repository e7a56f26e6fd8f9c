#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "geometer/v1/measurement.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// Appends an attempt's log lines. An attempt keeps its first 100,000; a last one then says that the
// rest was dropped. INVALID_ARGUMENT: more than 10,000 lines at once, or one that is not UTF-8 of
// at most 8 KiB. Part of the writer's transaction.
absl::Status AppendLog(Database& database, int64_t attempt_id, const v1::LogLines& log);

}  // namespace geometer::server
