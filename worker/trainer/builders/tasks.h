#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Builds the network, the tasks and their turns of an explicit spec's only learner on its data
// sets, in their order, into `training`, whose seed is set. InvalidArgument: parts that this
// trainer does not know or that do not fit each other. Throws std::invalid_argument as
// datasets/derived.h says.
absl::Status BuildTasks(const v1::JobSpec& spec, const std::vector<geometry::Dataset>& data,
                        Training& training);

// How the training pictures of a data set change.
geometry::Augmentation AugmentationOf(const v1::Dataset& spec);

// Updates until every task has seen each batch of its training split, its turns being `plan`'s.
int64_t StepsPerEpoch(const std::vector<Task>& tasks, const geometry::TaskPlan& plan);

}  // namespace geometer::trainer
