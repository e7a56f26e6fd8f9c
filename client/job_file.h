#pragma once

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"

namespace geometer::client {

// Where specs come from: files ("-" is `in`, at most once) and what to change in each of them.
struct JobSources {
  std::vector<std::string> files;
  // "path=value": contract/override.h.
  std::vector<std::string> overrides;
};

// The valid specs of all files, without defaults, in order. INVALID_ARGUMENT holds every error of
// every file, one a line, as `FILE:LINE:COLUMN: message`; a file that can't be read is one too.
absl::StatusOr<std::vector<v1::JobSpec>> ReadJobs(const JobSources& sources, std::istream& in);

}  // namespace geometer::client
