#include "worker/trainer/update.h"

#include <ATen/TensorOperators.h>

#include <cmath>

#include "worker/geometry/autograd.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/random.h"

namespace geometer::trainer {

geometry::Examples Batches::At(int64_t step) {
  const geometry::SplitExamples& train = training_.data.train;
  const int64_t size = training_.rule.batch_size;
  if (size == train.size()) return train.All();
  const int64_t epoch = step / training_.steps_per_epoch;
  if (epoch != epoch_) {
    const auto generator = geometry::MakeGenerator(training_.seed, "order", epoch);
    order_ = geometry::Permutation(train.size(), generator);
    epoch_ = epoch;
  }
  const int64_t begin = step % training_.steps_per_epoch * size;
  return train.Take(order_.slice(0, begin, begin + size));
}

bool MakeUpdate(const Training& training, const geometry::Examples& batch, State& state) {
  geometry::Variables& variables = state.variables;
  const geometry::Network network = geometry::Detached(
      {training.model.get(), variables.parameters, variables.buffers}, /*track=*/true);
  const geometry::Evaluation evaluation =
      geometry::Evaluate(network, *training.objective, batch, geometry::Mode::kTraining);
  at::Tensor loss = evaluation.loss;
  for (const WeightedPenalty& penalty : training.penalties) {
    loss = loss + penalty.regularizer->Penalty(evaluation) * penalty.weight;
  }
  if (!std::isfinite(loss.item<double>())) return false;

  const geometry::Tensors gradients = geometry::Gradient(loss, network.params);
  const double rate = training.Rate(state.step);
  training.rule.optimizer->Step({variables.parameters, gradients, rate}, state.optimizer);
  variables.buffers = evaluation.forward.buffers;
  state.flow_time += rate;
  ++state.step;
  return true;
}

}  // namespace geometer::trainer
