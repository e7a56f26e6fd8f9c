#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/objective.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/objectives/objective.h"

namespace geometer::trainer {

// The outputs that the loss of an explicit spec needs on `data`: its classes or its targets'
// columns, or what a density asks for.
int64_t OutputsOf(const v1::Objective& spec, const geometry::Dataset& data);

// The network that a loss is of, before training; borrowed.
struct FreshNetwork {
  const geometry::Model* model = nullptr;
  uint64_t seed = 0;
};

// The loss of an explicit spec. InvalidArgument: no loss, one that does not fit `data`, or one that
// reads the fresh network where there is none. Cost where it does: a forward pass over the training
// split, in float64.
absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    const geometry::Dataset& data,
                                                                    FreshNetwork network = {});

}  // namespace geometer::trainer
