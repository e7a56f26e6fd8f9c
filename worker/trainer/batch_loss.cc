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

// The sum of all but one of `gradients`.
Tensors SumWithout(size_t one, const std::vector<Tensors>& gradients) {
  Tensors sum;
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (i != one) sum = sum.empty() ? gradients[i] : at::_foreach_add(sum, gradients[i]);
  }
  return sum;
}

}  // namespace

Tensors HessianProduct(const Descent& here, const Tensors& direction) {
  Tensors product;
  for (const Tensors& share : here.shares) {
    Tensors term = geometry::VectorJacobianProduct(share, direction, here.leaves);
    product = product.empty() ? std::move(term) : at::_foreach_add(product, term);
  }
  return product;
}

BatchLoss::BatchLoss(const Training& training, const UpdateBatch& batch, const State& state)
    : training_(training), state_(state) {
  for (const TaskBatch& task : batch) shares_.push_back(ShareOf(task));
}

BatchLoss::Share BatchLoss::ShareOf(const TaskBatch& batch) const {
  Share share{.task = &training_.tasks[batch.task]};
  const int64_t step = state_.step, total = training_.total_steps;
  const int64_t parts = share.task->batches.accumulation;
  share.random = {training_.seed, static_cast<uint64_t>(step)};
  share.random.part = batch.task * static_cast<uint64_t>(parts);
  geometry::Examples noisy = batch.examples;
  for (size_t i = 0; i < share.task->noise.size(); ++i) {
    const ScheduledNoise& noise = share.task->noise[i];
    noisy = noise.noise->Apply(noisy, noise.schedule.Rate(noise.strength, step, total),
                               share.random.Generator(absl::StrCat("noise/", i)));
  }
  for (const WeightedPenalty& penalty : share.task->penalties) {
    const double weight = penalty.Weight(step, total, training_.Rate(state_));
    if (weight != 0) share.penalties.push_back({weight, penalty.regularizer.get()});
  }
  share.parts = geometry::Chunks(noisy, noisy.size() / parts);
  return share;
}

bool BatchLoss::Share::AnyNeeds(geometry::Needs needs) const {
  return std::ranges::any_of(penalties, [needs](const ActivePenalty& penalty) {
    return penalty.regularizer->needs() == needs;
  });
}

geometry::Evaluation BatchLoss::Evaluate(geometry::Network network, const Share& share,
                                         size_t part) const {
  geometry::Examples examples = share.parts[part];
  if (share.AnyNeeds(geometry::Needs::kInputGraph)) {
    examples.inputs = examples.inputs.detach().requires_grad_();
  }
  network.model = share.task->model.get();
  geometry::Pass pass{geometry::Mode::kTraining, share.random};
  pass.random.part += part;
  pass.bfloat16 = training_.bfloat16;
  return geometry::Evaluate(network, *share.task->weighted, examples, pass);
}

// Where a penalty asks for the loss's gradient, it is taken first and serves both.
Descent BatchLoss::DescentOf(const Share& share, geometry::Evaluation evaluation, bool keep_graph) {
  const Tensors& params = evaluation.network.params;
  if (share.AnyNeeds(geometry::Needs::kGradient)) {
    evaluation.gradient = geometry::Gradient(evaluation.loss, params, keep_graph);
  }
  at::Tensor penalty;
  for (const auto& [weight, regularizer] : share.penalties) {
    const at::Tensor term = regularizer->Penalty(evaluation) * weight;
    penalty = penalty.defined() ? penalty + term : term;
  }
  const at::Tensor loss = penalty.defined() ? evaluation.loss + penalty : evaluation.loss;
  Descent descent{.loss = loss.item<double>(), .buffers = evaluation.forward.buffers};
  if (evaluation.gradient.empty()) {
    descent.gradient = geometry::Gradient(loss, params, keep_graph);
  } else {
    descent.gradient =
        at::_foreach_add(evaluation.gradient, geometry::Gradient(penalty, params, keep_graph));
  }
  return descent;
}

Descent BatchLoss::DescentOf(const Share& share, geometry::Network network, const Tensors& others,
                             bool keep_graph) const {
  const double scale = 1 / static_cast<double>(share.parts.size());
  Descent sum;
  for (size_t i = 0; i < share.parts.size(); ++i) {
    geometry::Evaluation evaluation = Evaluate(network, share, i);
    evaluation.other_gradients = others;
    Descent part = DescentOf(share, std::move(evaluation), keep_graph);
    if (share.parts.size() > 1) part.gradient = at::_foreach_mul(part.gradient, scale);
    sum.loss += part.loss * scale;
    network.buffers = std::move(part.buffers);
    if (keep_graph) sum.shares.push_back(part.gradient);
    sum.gradient =
        i == 0 ? std::move(part.gradient) : at::_foreach_add(sum.gradient, part.gradient);
  }
  for (at::Tensor& gradient : sum.gradient) gradient = gradient.detach();
  sum.buffers = std::move(network.buffers);
  return sum;
}

std::vector<Tensors> BatchLoss::PlainGradients(const geometry::Network& network) const {
  std::vector<Tensors> gradients;
  for (const Share& share : shares_) {
    Share plain = share;
    plain.penalties.clear();
    gradients.push_back(DescentOf(plain, network, {}, /*keep_graph=*/false).gradient);
  }
  return gradients;
}

Descent BatchLoss::At(const Tensors& params, bool keep_graph) const {
  geometry::Network network =
      geometry::Detached({training_.model.get(), params, state_.variables.buffers}, /*track=*/true);
  std::vector<Tensors> plain;
  if (shares_[0].AnyNeeds(geometry::Needs::kOtherGradients)) plain = PlainGradients(network);
  Descent descent;
  std::vector<Tensors> gradients;
  for (size_t i = 0; i < shares_.size(); ++i) {
    Descent task = DescentOf(shares_[i], network, SumWithout(i, plain), keep_graph);
    descent.loss += task.loss;
    gradients.push_back(std::move(task.gradient));
    std::ranges::move(task.shares, std::back_inserter(descent.shares));
    network.buffers = std::move(task.buffers);
  }
  descent.gradient = training_.combination->Combine(
      gradients, {training_.seed, static_cast<uint64_t>(state_.step)});
  if (keep_graph) descent.leaves = network.params;
  descent.buffers = std::move(network.buffers);
  return descent;
}

double BatchLoss::Curvature(const Tensors& params, const Descent& here,
                            const geometry::ProductOptions& options) const {
  const double scale = 1 / Norm(here.gradient);
  if (options.mode == geometry::ProductMode::kExact) {
    const Tensors direction = at::_foreach_mul(here.gradient, scale);
    return Norm(HessianProduct(here, direction));
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
