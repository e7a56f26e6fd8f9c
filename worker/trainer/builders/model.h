#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/model.pb.h"
#include "worker/geometry/models/model.h"

namespace geometer::trainer {

// The network of an explicit spec, for inputs of the shape `input`, with so many `outputs`.
// InvalidArgument: no architecture, one that does not fit the inputs, or an unknown enum value.
absl::StatusOr<std::unique_ptr<geometry::Model>> BuildModel(const v1::Model& spec,
                                                            const std::vector<int64_t>& input,
                                                            int64_t outputs);

}  // namespace geometer::trainer
