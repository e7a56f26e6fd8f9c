#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "geometer/v1/cost.pb.h"
#include "geometer/v1/job.pb.h"

namespace geometer::client {

// What a run of `spec`, a valid one, costs on this machine, by a short calibration that the program
// geometer-trainer in the folder `programs` makes; takes some seconds, and what every measurement
// takes once. InvalidArgument: the trainer refuses the spec. NotFound: there is no trainer.
// FailedPrecondition: it can't calibrate; the message is its own and says what to do, such as to
// fetch the data.
absl::StatusOr<v1::CostEstimate> Calibrate(const v1::JobSpec& spec,
                                           const std::filesystem::path& programs);

}  // namespace geometer::client
