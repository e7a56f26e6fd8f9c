#include "worker/trainer/update.h"

#include <ATen/ops/_foreach_mul.h>

#include <cmath>
#include <utility>

#include "worker/geometry/optimizers/clip.h"
#include "worker/geometry/stability.h"
#include "worker/trainer/batch_loss.h"
#include "worker/trainer/bracket_correction.h"

namespace geometer::trainer {
namespace {

using geometry::Tensors;

// The rate of the update that `here` belongs to.
double RateOf(const Training& training, const State& state, const BatchLoss& loss,
              const Descent& here) {
  const RateRule& rule = training.rates;
  if (rule.adaptive == nullptr) return training.Rate(state);
  geometry::Slope slope;
  slope.loss = here.loss;
  slope.squared_gradient = geometry::SquaredNorm(here.gradient).item<double>();
  slope.threshold = geometry::StabilityThreshold(training.rule.form);
  slope.steps_per_epoch = training.steps_per_epoch;
  if (state.last_rate) {
    slope.previous_rate = *state.last_rate / geometry::WarmupShare(state.step - 1, rule.warmup);
  }
  slope.curvature = [&](const geometry::ProductOptions& options) {
    return loss.Curvature(state.variables.parameters, here, options);
  };
  const auto context = rule.At(training.rule.learning_rate, state.step, training.total_steps);
  return rule.adaptive->Rate(context, slope) * geometry::WarmupShare(state.step, rule.warmup);
}

}  // namespace

bool MakeUpdate(const Training& training, const UpdateBatch& batch, State& state) {
  const UpdateRule& rule = training.rule;
  const Tensors& params = state.variables.parameters;
  const BatchLoss loss(training, batch, state);
  const RateRule& rates = training.rates;
  const bool keep_graph =
      rates.adaptive != nullptr && rates.adaptive->DifferentiatesGradient(rates.At(
                                       rule.learning_rate, state.step, training.total_steps));
  Descent here = loss.At(params, keep_graph);
  if (!std::isfinite(here.loss)) return false;

  const double rate = RateOf(training, state, loss, here);
  const auto gradient_at = [&](const Tensors& there) { return loss.At(there).gradient; };
  if (rule.clip_norm > 0) geometry::ClipNorm(here.gradient, rule.clip_norm);
  if (rule.decoupled_decay > 0) at::_foreach_mul_(params, 1 - rate * rule.decoupled_decay);
  rule.optimizer->Step({params, here.gradient, rate, state.step, gradient_at}, state.optimizer);
  state.variables.buffers = std::move(here.buffers);
  state.last_rate = rate;
  state.flow_time += rate;
  ++state.step;
  return true;
}

bool Advance(const Training& training, Batches& batches, State& state) {
  const UpdateBatch batch = batches.At(state.step);
  if (training.play != nullptr) return MakeMoves(training, batch, state);
  if (!MakeUpdate(training, batch, state)) return false;
  if (training.corrects_bracket && state.step % training.plan.StepsPerRound() == 0) {
    CorrectBracket(
        training, [&](int64_t step) { return batches.At(step); }, state);
  }
  return true;
}

}  // namespace geometer::trainer
