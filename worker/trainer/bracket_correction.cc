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

void CorrectBracket(const Training& training, const std::vector<UpdateBatch>& round, State& state) {
  const Tensors& params = state.variables.parameters;
  const auto descent_of = [&](size_t update, bool keep_graph) {
    // Each loss as its own update saw it: its weights, noise and masks.
    State then = state;
    then.step = state.step - static_cast<int64_t>(round.size() - update);
    return BatchLoss(training, round[update], then).At(params, keep_graph);
  };
  // Of the tasks' turns: the sums of their gradients.
  std::vector<Tensors> turns(training.tasks.size());
  for (size_t i = 0; i < round.size(); ++i) {
    Add(descent_of(i, /*keep_graph=*/false).gradient, turns[round[i][0].task]);
  }
  Tensors bracket;
  for (size_t i = 0; i < round.size(); ++i) {
    // What was done on tasks before this one's turn, less what was done after it.
    Tensors others = at::_foreach_mul(params, 0);
    for (size_t task = 0; task < turns.size(); ++task) {
      if (task < round[i][0].task) others = at::_foreach_add(others, turns[task]);
      if (task > round[i][0].task) others = at::_foreach_sub(others, turns[task]);
    }
    Add(HessianProduct(descent_of(i, /*keep_graph=*/true), others), bracket);
  }
  const double h = *state.last_rate;
  at::_foreach_add_(params, bracket, -h * h / 2);
}

}  // namespace geometer::trainer
