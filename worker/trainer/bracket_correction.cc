#include "worker/trainer/bracket_correction.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sub.h>

#include "worker/trainer/batch_loss.h"

namespace geometer::trainer {
namespace {

using geometry::Tensors;

void Add(const Tensors& term, Tensors& sum) {
  sum = sum.empty() ? term : at::_foreach_add(sum, term);
}

}  // namespace

void CorrectBracket(const Training& training, const std::function<UpdateBatch(int64_t)>& batch_at,
                    State& state) {
  const Tensors& params = state.variables.parameters;
  const int64_t begin = state.step - training.plan.StepsPerRound();
  // Each loss as its own update saw it: its weights, noise and masks.
  const auto descent_of = [&](const UpdateBatch& batch, int64_t step, bool keep_graph) {
    State then = state;
    then.step = step;
    return BatchLoss(training, batch, then).At(params, keep_graph);
  };
  // Of the tasks' turns: the sums of their gradients.
  std::vector<Tensors> turns(training.tasks.size());
  for (int64_t step = begin; step < state.step; ++step) {
    const UpdateBatch batch = batch_at(step);
    Add(descent_of(batch, step, /*keep_graph=*/false).gradient, turns[batch[0].task]);
  }
  Tensors bracket;
  for (int64_t step = begin; step < state.step; ++step) {
    const UpdateBatch batch = batch_at(step);
    // What was done on tasks before this one's turn, less what was done after it.
    Tensors others = at::_foreach_mul(params, 0);
    for (size_t task = 0; task < turns.size(); ++task) {
      if (task < batch[0].task) others = at::_foreach_add(others, turns[task]);
      if (task > batch[0].task) others = at::_foreach_sub(others, turns[task]);
    }
    Add(HessianProduct(descent_of(batch, step, /*keep_graph=*/true), others), bracket);
  }
  const double h = *state.last_rate;
  at::_foreach_add_(params, bracket, -h * h / 2);
}

}  // namespace geometer::trainer
