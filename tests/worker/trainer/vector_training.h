#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/worker/geometry/function_model.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// Training of one vector x on losses L_0(x), L_1(x), …, each an example of its own, by the
// product's rule of updates, in float64.
class VectorTraining {
 public:
  using Loss = std::function<at::Tensor(int64_t example, const at::Tensor& x)>;

  // `overrides` of kFunctionJob: the optimizer, regularizers, tasks, …; `weights` of its tasks, all
  // 1 where empty.
  explicit VectorTraining(Loss loss, std::vector<std::string> overrides = {},
                          const std::vector<double>& weights = {});

  // The state at `x`, before the first update.
  State At(const at::Tensor& x) const;

  // One update on the mean of the losses in `batch`.
  void Update(const std::vector<int64_t>& batch, State& state) const;

  // x after an update on each batch, from `x`.
  at::Tensor After(const std::vector<std::vector<int64_t>>& batches, const at::Tensor& x) const;

  // x after so many updates by the turns of the tasks, from `x`; task k's batch is example k.
  at::Tensor AfterTurns(int64_t steps, const at::Tensor& x) const;

  const Training& training() const { return training_; }

 private:
  Training training_;
};

}  // namespace geometer::trainer
