#include "worker/trainer/builders/regularizer.h"

#include "worker/geometry/regularizers/gradient_norm.h"
#include "worker/geometry/regularizers/l2.h"

namespace geometer::trainer {

absl::StatusOr<WeightedPenalty> BuildRegularizer(const v1::Regularizer& spec) {
  switch (spec.penalty_case()) {
    case v1::Regularizer::kGradientNorm:
      return WeightedPenalty{spec.weight(), geometry::MakeGradientNorm()};
    case v1::Regularizer::kL2:
      return WeightedPenalty{spec.weight(), geometry::MakeL2()};
    case v1::Regularizer::PENALTY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("regularizer: no penalty that this trainer knows");
}

}  // namespace geometer::trainer
