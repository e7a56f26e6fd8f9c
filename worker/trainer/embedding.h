#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"
#include "worker/geometry/datasets/dataset.h"

namespace geometer::trainer {

// Replaces the inputs of those data sets of the explicit `spec` that have an embedding, `data` in
// their order, on the CPU, by what feeds the output layer of a finished job's network: a row of p
// features each, evaluated once, in evaluation mode, on the job's device and in its dtype. Weights
// lie in a folder below `data_sets`.
//
// Standardised features share the mean and deviation of the training split of the first data set
// with the same network, so that others keep their distance from it. Source: MG I.1.11.
//
// Memory: all rows; pictures that are bytes become numbers 256 at a time. InvalidArgument: the spec
// does not tell a network, or one that does not fit the inputs or its file; else as FindWeights and
// ReadWeights.
absl::Status Embed(const v1::JobSpec& spec, const std::filesystem::path& data_sets,
                   std::vector<geometry::Dataset>& data);

}  // namespace geometer::trainer
