#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/objective.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/objectives/objective.h"

namespace geometer::trainer {

// The outputs that the loss of an explicit spec needs on `data`: its classes or its targets'
// columns, or what a density asks for.
int64_t OutputsOf(const v1::Objective& spec, const geometry::Dataset& data);

// The loss of an explicit spec. InvalidArgument: no loss, or one that does not fit `data`.
absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    const geometry::Dataset& data);

}  // namespace geometer::trainer
