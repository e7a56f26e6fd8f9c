#pragma once

#include "worker/geometry/batch_order.h"
#include "worker/geometry/examples.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// The training examples of each update. A batch of the whole split is the split itself, in its own
// order.
class Batches {
 public:
  // Borrows `training`.
  explicit Batches(const Training& training)
      : training_(training), order_(training.seed, training.batches) {}

  // The batch of the update after `step` completed ones: a function of the seed and `step` alone.
  geometry::Examples At(int64_t step);

 private:
  const Training& training_;
  geometry::BatchOrder order_;
};

}  // namespace geometer::trainer
