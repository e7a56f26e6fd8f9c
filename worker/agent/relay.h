#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/trainer.pb.h"
#include "worker/agent/spool.h"

namespace geometer::worker {

// Appends to `spool` what the server shall know of a trainer's report: points and checkpoints as
// they are, an artifact of `directory` as its bytes, a resume that is not exact as a log line. The
// rest leaves no record; a Finish is the slot's to write. Errors of Spool::Append, or of reading.
absl::Status Relay(v1::TrainerReport report, const std::filesystem::path& directory, Spool& spool);

// Appends one record of log lines.
absl::Status AppendLines(std::vector<std::string> lines, Spool& spool);

}  // namespace geometer::worker
