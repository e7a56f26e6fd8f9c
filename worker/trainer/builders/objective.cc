#include "worker/trainer/builders/objective.h"

#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::trainer {

absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    const geometry::Dataset& data) {
  switch (spec.loss_case()) {
    case v1::Objective::kCrossEntropy:
      if (data.classes > 0)
        return geometry::MakeCrossEntropy(spec.cross_entropy().label_smoothing());
      return absl::InvalidArgumentError("objective.cross_entropy: needs classes, got values");
    case v1::Objective::kMeanSquaredError:
      return geometry::MakeMeanSquaredError();
    case v1::Objective::LOSS_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("objective: no loss that this trainer knows");
}

}  // namespace geometer::trainer
