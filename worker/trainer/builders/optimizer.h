#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/optimizer.pb.h"
#include "worker/geometry/optimizers/optimizer.h"
#include "worker/geometry/stability.h"

namespace geometer::trainer {

// How a gradient changes the parameters.
struct UpdateRule {
  std::unique_ptr<geometry::Optimizer> optimizer;
  double learning_rate = 0;    // that the schedule multiplies
  geometry::DescentForm form;  // plain where the rule is not descent
  double decoupled_decay = 0;  // λ of θ ← (1 − hλ)θ before the update
  double clip_norm = 0;        // of the gradient; 0: no limit
};

// The update rule of an explicit spec. InvalidArgument: no rule, or an unknown enum value.
absl::StatusOr<UpdateRule> BuildOptimizer(const v1::Optimizer& spec);

}  // namespace geometer::trainer
