#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// `trunk` seen through its outputs first … first+count−1 alone: one task's head on a shared
// network. The parameters are all of the trunk's, those of other heads included, whose gradients
// are 0. Shares `trunk`.
std::unique_ptr<Model> MakeHead(std::shared_ptr<const Model> trunk, int64_t first, int64_t count);

}  // namespace geometer::geometry
