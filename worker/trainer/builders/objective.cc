#include "worker/trainer/builders/objective.h"

#include "absl/strings/str_cat.h"
#include "proto/contract/data_facts.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/hinge.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::trainer {

absl::StatusOr<std::unique_ptr<geometry::Objective>> BuildObjective(const v1::Objective& spec,
                                                                    const geometry::Dataset& data) {
  const absl::string_view labelled = contract::LabelLossName(spec);
  if (!labelled.empty() && data.classes == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("objective.", labelled, ": needs classes, got values"));
  }
  switch (spec.loss_case()) {
    case v1::Objective::kCrossEntropy:
      return geometry::MakeCrossEntropy(spec.cross_entropy().label_smoothing());
    case v1::Objective::kHinge:
      return geometry::MakeHinge();
    case v1::Objective::kMeanSquaredError:
      return geometry::MakeMeanSquaredError();
    case v1::Objective::LOSS_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("objective: no loss that this trainer knows");
}

}  // namespace geometer::trainer
