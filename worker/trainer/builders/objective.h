#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/objective.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/objectives/objective.h"

namespace geometer::trainer {

// The loss of an explicit spec. May change the form of `data`'s targets to the one that the loss
// is defined on: the squared error of labels is that of their one-hot vectors.
// InvalidArgument: no loss, or one that does not fit the data.
absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    geometry::Dataset& data);

}  // namespace geometer::trainer
