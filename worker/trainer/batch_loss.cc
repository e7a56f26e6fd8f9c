#include "worker/trainer/batch_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/autograd.h"

namespace geometer::trainer {
namespace {

using geometry::Tensors;

double Norm(const Tensors& tensors) {
  return std::sqrt(geometry::SquaredNorm(tensors).item<double>());
}

}  // namespace

BatchLoss::BatchLoss(const Training& training, const geometry::Examples& batch, const State& state)
    : training_(training),
      state_(state),
      random_{training.seed, static_cast<uint64_t>(state.step)} {
  geometry::Examples noisy = batch;
  for (size_t i = 0; i < training.noise.size(); ++i) {
    const ScheduledNoise& noise = training.noise[i];
    const double strength = noise.schedule.Rate(noise.strength, state.step, training.total_steps);
    noisy = noise.noise->Apply(noisy, strength, random_.Generator(absl::StrCat("noise/", i)));
  }
  for (const WeightedPenalty& penalty : training.penalties) {
    const double weight = penalty.Weight(state.step, training.total_steps, training.Rate(state));
    if (weight != 0) penalties_.push_back({weight, penalty.regularizer.get()});
  }
  parts_ = geometry::Chunks(noisy, noisy.size() / training.batches.accumulation);
}

bool BatchLoss::AnyNeeds(geometry::Needs needs) const {
  return std::any_of(penalties_.begin(), penalties_.end(), [needs](const ActivePenalty& penalty) {
    return penalty.regularizer->needs() == needs;
  });
}

geometry::Evaluation BatchLoss::Evaluate(const geometry::Network& network, int64_t part) const {
  geometry::Examples examples = parts_[part];
  if (AnyNeeds(geometry::Needs::kInputGraph)) {
    examples.inputs = examples.inputs.detach().requires_grad_();
  }
  geometry::Pass pass{geometry::Mode::kTraining, random_};
  pass.random.part = static_cast<uint64_t>(part);
  pass.bfloat16 = training_.bfloat16;
  return geometry::Evaluate(network, *training_.objective, examples, pass);
}

// Where a penalty asks for the loss's gradient, it is taken first and serves both.
Descent BatchLoss::Share(geometry::Evaluation evaluation, bool keep_graph) const {
  const Tensors& params = evaluation.network.params;
  if (AnyNeeds(geometry::Needs::kGradient)) {
    evaluation.gradient = geometry::Gradient(evaluation.loss, params, keep_graph);
  }
  at::Tensor penalty;
  for (const auto& [weight, regularizer] : penalties_) {
    const at::Tensor term = regularizer->Penalty(evaluation) * weight;
    penalty = penalty.defined() ? penalty + term : term;
  }
  const at::Tensor loss = penalty.defined() ? evaluation.loss + penalty : evaluation.loss;
  Descent share{.loss = loss.item<double>(), .buffers = evaluation.forward.buffers};
  if (evaluation.gradient.empty()) {
    share.gradient = geometry::Gradient(loss, params, keep_graph);
  } else {
    share.gradient =
        at::_foreach_add(evaluation.gradient, geometry::Gradient(penalty, params, keep_graph));
  }
  return share;
}

Descent BatchLoss::At(const Tensors& params, bool keep_graph) const {
  geometry::Network network =
      geometry::Detached({training_.model.get(), params, state_.variables.buffers}, /*track=*/true);
  const double scale = 1 / static_cast<double>(parts_.size());
  Descent descent;
  for (size_t i = 0; i < parts_.size(); ++i) {
    Descent share = Share(Evaluate(network, static_cast<int64_t>(i)), keep_graph);
    if (parts_.size() > 1) share.gradient = at::_foreach_mul(share.gradient, scale);
    descent.loss += share.loss * scale;
    network.buffers = std::move(share.buffers);
    if (keep_graph) descent.shares.push_back(share.gradient);
    descent.gradient =
        i == 0 ? std::move(share.gradient) : at::_foreach_add(descent.gradient, share.gradient);
  }
  if (keep_graph) descent.leaves = network.params;
  for (at::Tensor& gradient : descent.gradient) gradient = gradient.detach();
  descent.buffers = std::move(network.buffers);
  return descent;
}

double BatchLoss::Curvature(const Tensors& params, const Descent& here,
                            const geometry::ProductOptions& options) const {
  const double scale = 1 / Norm(here.gradient);
  if (options.mode == geometry::ProductMode::kExact) {
    const Tensors direction = at::_foreach_mul(here.gradient, scale);
    Tensors product;
    for (const Tensors& share : here.shares) {
      Tensors term = geometry::VectorJacobianProduct(share, direction, here.leaves);
      product = product.empty() ? std::move(term) : at::_foreach_add(product, term);
    }
    return Norm(product);
  }
  const auto gradient_at = [&](double distance) {
    return At(at::_foreach_add(params, here.gradient, distance * scale)).gradient;
  };
  const double step = options.displacement;
  const bool central = options.mode == geometry::ProductMode::kCentralDifference;
  const Tensors behind = central ? gradient_at(-step) : here.gradient;
  const Tensors difference = at::_foreach_add(gradient_at(step), behind, -1);
  return Norm(difference) / (central ? 2 * step : step);
}

}  // namespace geometer::trainer
