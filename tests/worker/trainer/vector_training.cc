#include "tests/worker/trainer/vector_training.h"

#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <utility>

#include "tests/worker/geometry/golden_problem.h"
#include "tests/worker/trainer/function_training.h"
#include "worker/geometry/objectives/weighted.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {

VectorTraining::VectorTraining(Loss loss, std::vector<std::string> overrides,
                               const std::vector<double>& weights)
    : training_(FunctionTraining(std::move(overrides))) {
  const auto model = std::make_shared<geometry::FunctionModel>(
      [loss = std::move(loss)](at::TensorList params, const at::Tensor& examples) {
        geometry::Tensors losses;
        for (int64_t i = 0; i < examples.size(0); ++i) {
          losses.push_back(loss(examples[i].item<int64_t>(), params[0]));
        }
        return at::stack(losses).unsqueeze(1);
      });
  const auto objective = std::make_shared<geometry::OutputAsLoss>();
  training_.model = model;
  for (size_t i = 0; i < training_.tasks.size(); ++i) {
    Task& task = training_.tasks[i];
    const at::Tensor example = at::tensor({static_cast<int64_t>(i)}, at::kLong);
    task.data.train = geometry::Examples{example, example};
    task.batches = {.examples = 1, .size = 1};
    task.model = model;
    task.objective = task.weighted = objective;
    if (!weights.empty()) task.weighted = geometry::MakeWeighted(objective, weights[i]);
  }
}

State VectorTraining::At(const at::Tensor& x) const {
  State state;
  state.variables.parameters = {x.clone()};
  state.optimizer = training_.rule.optimizer->InitialState({"x"}, state.variables.parameters);
  return state;
}

void VectorTraining::Update(const std::vector<int64_t>& batch, State& state) const {
  const at::Tensor examples = at::tensor(batch, at::kLong);
  if (!MakeUpdate(training_, {{0, {examples, examples}}}, state))
    throw std::runtime_error("diverged");
}

at::Tensor VectorTraining::After(const std::vector<std::vector<int64_t>>& batches,
                                 const at::Tensor& x) const {
  State state = At(x);
  for (const auto& batch : batches) Update(batch, state);
  return state.variables.parameters[0];
}

at::Tensor VectorTraining::AfterTurns(int64_t steps, const at::Tensor& x) const {
  State state = At(x);
  Batches batches(training_);
  while (state.step < steps) {
    if (!Advance(training_, batches, state)) throw std::runtime_error("diverged");
  }
  return state.variables.parameters[0];
}

}  // namespace geometer::trainer
