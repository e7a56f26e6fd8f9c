#pragma once

#include "absl/status/statusor.h"
#include "geometer/v1/batches.pb.h"
#include "worker/geometry/batch_order.h"

namespace geometer::trainer {

// How an explicit spec cuts a training split of so many `examples`. InvalidArgument: a batch larger
// than the split, parts that do not fit a batch, or an unknown order.
absl::StatusOr<geometry::BatchPlan> BuildBatches(const v1::Batches& spec, int64_t examples);

}  // namespace geometer::trainer
