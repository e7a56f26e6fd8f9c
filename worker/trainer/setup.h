#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Makes this process ready for the explicit `spec` (device, threads, deterministic mode), loads its
// data from a folder below `data_sets` and builds what it describes. InvalidArgument: the spec
// breaks a rule of the contract or is beyond this trainer; else as DatasetLoader::Load and
// OpenCuda.
absl::StatusOr<Training> SetUp(const v1::JobSpec& spec, const std::filesystem::path& data_sets,
                               DatasetLoader& datasets);

}  // namespace geometer::trainer
