#include "worker/trainer/builders/objective.h"

#include <ATen/ops/one_hot.h>

#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::trainer {
namespace {

void MakeOneHot(geometry::Examples& examples, int64_t classes) {
  examples.targets = at::one_hot(examples.targets, classes).to(examples.inputs.scalar_type());
}

std::unique_ptr<geometry::Objective> BuildMeanSquaredError(geometry::Dataset& data) {
  if (data.classes > 0) {
    for (geometry::Examples* split : {&data.train, &data.validation, &data.test}) {
      MakeOneHot(*split, data.classes);
    }
  }
  return geometry::MakeMeanSquaredError();
}

}  // namespace

absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    geometry::Dataset& data) {
  switch (spec.loss_case()) {
    case v1::Objective::kCrossEntropy:
      if (data.classes > 0) return geometry::MakeCrossEntropy();
      return absl::InvalidArgumentError("objective.cross_entropy: needs classes, got values");
    case v1::Objective::kMeanSquaredError:
      return BuildMeanSquaredError(data);
    case v1::Objective::LOSS_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("objective: no loss that this trainer knows");
}

}  // namespace geometer::trainer
