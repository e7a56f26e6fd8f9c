#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/cost.pb.h"
#include "geometer/v1/job.pb.h"

namespace geometer::trainer {

// Predicts what a run of the explicit `spec` costs: makes updates for about `seconds`, takes every
// measurement once, and again for half as long, and counts how often the run will do each. The
// first, cold times of measurements count only where there is no time for more. What penalties
// add is tried at last, for half as long (penalty_cost.h). Writes nothing.
//
// A run that diverges, or ends, during this begins anew. Errors as SetUp, and FailedPrecondition:
// the first loss is not finite; a probe that can't be measured is named.
absl::StatusOr<v1::CostEstimate> EstimateCost(const v1::JobSpec& spec,
                                              const std::filesystem::path& data_sets,
                                              double seconds = 1);

struct CostOptions {
  std::filesystem::path job;           // the job file; a pipe can't be read twice, so none
  std::vector<std::string> overrides;  // "path=value"
  std::filesystem::path data_sets;     // holds one folder per data set
};

// Prints the estimate for a job file as JSON (proto/geometer/v1/cost.proto). Starts the program
// `arguments` anew like RunJob. Returns the exit status: 0 done, 1 there are no data or the device
// said no, 2 the job file or an override is wrong.
int PrintCost(const CostOptions& options, char** arguments);

}  // namespace geometer::trainer
