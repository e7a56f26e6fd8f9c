#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "worker/geometry/datasets/split_examples.h"
#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// A small classifier of a data set that judges samples (MG M5): an MLP of 64 and 32 rectified
// units, trained by 2,000 updates of Adam on batches of 128, always from the same start in the same
// order, whatever the job's seed. Immutable; thread-safe.
class LabelClassifier {
 public:
  // Trains on `train`, whose targets are labels below `classes`. Cost: a second or two.
  LabelClassifier(const SplitExamples& train, int64_t classes);

  // The probabilities of the classes for inputs [N, …]: [N, classes], float64.
  at::Tensor ProbabilitiesOf(const at::Tensor& inputs) const;

 private:
  std::unique_ptr<const Model> model_;
  Variables variables_;  // float32, on the training split's device
};

}  // namespace geometer::geometry
