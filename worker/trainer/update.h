#pragma once

#include "worker/geometry/examples.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// The order in which updates see the training examples: a random permutation for each epoch (stream
// "order", index the epoch), cut into batches; what is left over at its end is dropped. A batch of
// the whole split is the split itself, in its own order.
class Batches {
 public:
  // Borrows `training`.
  explicit Batches(const Training& training) : training_(training) {}

  // The batch of the update after `step` completed ones: a function of the seed and `step` alone.
  geometry::Examples At(int64_t step);

 private:
  const Training& training_;
  int64_t epoch_ = -1;  // that order_ belongs to
  at::Tensor order_;
};

// Makes one update of `state` from `batch`: a step along the gradient of the loss plus the weighted
// penalties. Returns false, with `state` unchanged, when that sum is not finite: the run diverged.
// Cost: a forward and a backward pass, and what the penalties state.
bool MakeUpdate(const Training& training, const geometry::Examples& batch, State& state);

}  // namespace geometer::trainer
