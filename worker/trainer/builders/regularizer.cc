#include "worker/trainer/builders/regularizer.h"

#include <utility>

#include "worker/geometry/regularizers/gradient_norm.h"
#include "worker/geometry/regularizers/l2.h"

namespace geometer::trainer {
namespace {

absl::StatusOr<std::unique_ptr<geometry::Regularizer>> BuildPenalty(const v1::Regularizer& spec) {
  switch (spec.penalty_case()) {
    case v1::Regularizer::kGradientNorm:
      return geometry::MakeGradientNorm();
    case v1::Regularizer::kL2:
      return geometry::MakeL2();
    case v1::Regularizer::PENALTY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("regularizer: no penalty that this trainer knows");
}

}  // namespace

absl::StatusOr<WeightedPenalty> BuildRegularizer(const v1::Regularizer& spec) {
  auto regularizer = BuildPenalty(spec);
  if (!regularizer.ok()) return regularizer.status();
  auto schedule = BuildSchedule(spec.schedule());
  if (!schedule.ok()) return schedule.status();
  return WeightedPenalty{spec.weight(), *std::move(schedule), *std::move(regularizer)};
}

}  // namespace geometer::trainer
