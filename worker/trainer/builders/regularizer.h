#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/regularizer.pb.h"
#include "worker/geometry/regularizers/regularizer.h"
#include "worker/trainer/builders/schedule.h"

namespace geometer::trainer {

// A term weight · R(θ) of the training loss.
struct WeightedPenalty {
  double weight = 0;
  RateRule schedule;  // a factor on the weight
  std::unique_ptr<geometry::Regularizer> regularizer;
};

// The penalty of an explicit spec. InvalidArgument: none is given.
absl::StatusOr<WeightedPenalty> BuildRegularizer(const v1::Regularizer& spec);

}  // namespace geometer::trainer
