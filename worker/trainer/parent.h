#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "geometer/v1/parent.pb.h"

namespace geometer::trainer {

// The file of the weights that a finished job left: artifacts/SHA256 below `data_sets`, its bytes
// checked against that digest. A worker puts it there; for a job that is run by hand, a person
// does.
//
// InvalidArgument: the spec does not tell the digest. NotFound, saying where the file belongs: it
// is not there. DataLoss: its bytes are others.
absl::StatusOr<std::filesystem::path> FindWeights(const v1::Parent& parent,
                                                  const std::filesystem::path& data_sets);

// `problem` with a parent's weights, telling whose they are.
absl::Status NotFitting(const v1::Parent& parent, const absl::Status& problem);

}  // namespace geometer::trainer
