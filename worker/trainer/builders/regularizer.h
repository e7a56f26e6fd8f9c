#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "geometer/v1/regularizer.pb.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/regularizers/regularizer.h"
#include "worker/trainer/builders/schedule.h"

namespace geometer::trainer {

// A term weight · R(θ) of the training loss.
struct WeightedPenalty {
  double weight = 0;
  RateRule schedule;               // a factor on the weight
  double match_learning_rate = 0;  // of gradient_norm; 0: none
  std::unique_ptr<geometry::Regularizer> regularizer;

  // What multiplies R at `step`, where the learning rate in force is `rate`.
  double Weight(int64_t step, int64_t total_steps, double rate) const {
    const double matching = match_learning_rate > 0 ? (match_learning_rate - rate) / 4 : 0;
    return schedule.Rate(weight, step, total_steps) + matching;
  }
};

// The penalty of an explicit spec, for training on `data`. InvalidArgument: none is given.
absl::StatusOr<WeightedPenalty> BuildRegularizer(const v1::Regularizer& spec,
                                                 const geometry::Dataset& data);

// InvalidArgument, naming those that there are: `model`, which reads inputs such as `input` ([1,
// …]), does not have the activation that the penalty names.
absl::Status CheckLayer(const v1::Regularizer& spec, const geometry::Model& model,
                        const at::Tensor& input);

}  // namespace geometer::trainer
