#pragma once

#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Builds the game of an explicit spec and its players' networks, rules and batches on the first of
// `data` into `training`, whose seed must be set; a game of points needs no data. InvalidArgument:
// a part that this trainer does not know, or parts that do not fit each other.
absl::Status BuildPlay(const v1::JobSpec& spec, const std::vector<geometry::Dataset>& data,
                       Training& training);

}  // namespace geometer::trainer
