#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/model.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/models/model.h"

namespace geometer::trainer {

// The network of an explicit spec, for the inputs of `data`, with so many `outputs`.
// InvalidArgument: no architecture, one that does not fit the data, or an unknown enum value.
absl::StatusOr<std::unique_ptr<geometry::Model>> BuildModel(const v1::Model& spec,
                                                            const geometry::Dataset& data,
                                                            int64_t outputs);

}  // namespace geometer::trainer
