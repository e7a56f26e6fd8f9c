#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"

namespace geometer::trainer {

// The explicit spec of the job file at `path` after `overrides` ("path=value"). InvalidArgument
// tells all that is wrong with it, by place where the file is at fault; NotFound: there is no file.
absl::StatusOr<v1::JobSpec> ReadJob(const std::filesystem::path& path,
                                    const std::vector<std::string>& overrides);

}  // namespace geometer::trainer
