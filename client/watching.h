#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "client/commands/command.h"

namespace geometer::client {

// Follows jobs until all have ended: on a terminal as a view that is redrawn in place, elsewhere as
// plain lines, one whenever a job's state changes and at most one a second in between.
//
// A server that goes away is waited for, up to a minute. OK when all jobs succeeded or diverged;
// else ABORTED, naming those that did not.
absl::Status WatchJobs(const std::vector<int64_t>& ids, Environment& environment);

}  // namespace geometer::client
