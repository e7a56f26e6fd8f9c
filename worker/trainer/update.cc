#include "worker/trainer/update.h"

#include <ATen/TensorOperators.h>

#include <cmath>

#include "worker/geometry/autograd.h"
#include "worker/geometry/evaluation.h"

namespace geometer::trainer {

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
