#include "worker/trainer/batch_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>

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
  parts_ = geometry::Chunks(noisy, noisy.size() / training.batches.accumulation);
}

at::Tensor BatchLoss::Penalized(const geometry::Evaluation& evaluation) const {
  at::Tensor loss = evaluation.loss;
  for (const WeightedPenalty& penalty : training_.penalties) {
    const double weight = penalty.schedule.Rate(penalty.weight, state_.step, training_.total_steps);
    if (weight != 0) loss = loss + penalty.regularizer->Penalty(evaluation) * weight;
  }
  return loss;
}

BatchLoss::Part BatchLoss::Evaluate(const geometry::Network& network, int64_t part) const {
  geometry::Evaluation evaluation =
      geometry::Evaluate(network, *training_.objective, parts_[part], geometry::Mode::kTraining);
  evaluation.random = random_;
  at::Tensor loss = Penalized(evaluation);
  if (parts_.size() > 1) loss = loss / static_cast<double>(parts_.size());
  return {std::move(loss), std::move(evaluation.forward.buffers)};
}

Descent BatchLoss::At(const Tensors& params, bool keep_graph) const {
  geometry::Network network =
      geometry::Detached({training_.model.get(), params, state_.variables.buffers}, /*track=*/true);
  Descent descent;
  for (size_t i = 0; i < parts_.size(); ++i) {
    Part part = Evaluate(network, static_cast<int64_t>(i));
    descent.loss += part.loss.item<double>();
    Tensors share = geometry::Gradient(part.loss, network.params, keep_graph);
    if (keep_graph) descent.shares.push_back(share);
    descent.gradient = i == 0 ? std::move(share) : at::_foreach_add(descent.gradient, share);
    network.buffers = std::move(part.buffers);
  }
  if (keep_graph) {
    descent.leaves = network.params;
    for (at::Tensor& gradient : descent.gradient) gradient = gradient.detach();
  }
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
