#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/optimizer.pb.h"
#include "worker/geometry/optimizers/optimizer.h"
#include "worker/geometry/stability.h"

namespace geometer::trainer {

// How parameters are updated, and from how many examples.
struct UpdateRule {
  std::unique_ptr<geometry::Optimizer> optimizer;
  double learning_rate = 0;  // that the schedule multiplies
  int64_t batch_size = 0;    // examples per update
  geometry::DescentForm form;
};

// The update rule of an explicit spec; `examples` is the size of the training split.
// InvalidArgument: no rule, or a batch larger than the split.
absl::StatusOr<UpdateRule> BuildOptimizer(const v1::Optimizer& spec, int64_t examples);

}  // namespace geometer::trainer
