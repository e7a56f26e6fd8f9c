#include "worker/geometry/label_classifier.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/softmax.h>

#include <algorithm>

#include "worker/geometry/batch_order.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/optimizers/adam.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kUpdates = 2000;
constexpr int64_t kBatch = 128;
constexpr double kRate = 1e-3;
constexpr uint64_t kSeed = 0;

}  // namespace

LabelClassifier::LabelClassifier(const SplitExamples& train, int64_t classes)
    : model_(MakeMlp({.inputs = c10::multiply_integers(train.shape()),
                      .hidden = {64, 32},
                      .outputs = classes})) {
  const at::Device device = train.targets().device();
  variables_ = model_->Initialize(kSeed, at::TensorOptions(device).dtype(at::kFloat));
  const auto objective = MakeCrossEntropy();
  const auto adam = MakeAdam({});
  NamedTensors state = adam->InitialState(model_->parameter_names(), variables_.parameters);
  const int64_t size = std::min(kBatch, train.size());
  BatchOrder order(kSeed, {.examples = train.size(), .size = size}, "/label_classifier");
  for (int64_t step = 0; step < kUpdates; ++step) {
    Examples batch = train.Take(order.At(step));
    batch.inputs = batch.inputs.to(variables_.parameters[0].options());
    const Network network = Detached({model_.get(), variables_.parameters, {}}, /*track=*/true);
    const Evaluation here = Evaluate(network, *objective, batch, Mode::kTraining);
    adam->Step({variables_.parameters, Gradient(here.loss, network.params), kRate, step}, state);
  }
}

at::Tensor LabelClassifier::ProbabilitiesOf(const at::Tensor& inputs) const {
  const at::NoGradGuard no_grad;
  const at::Tensor logits =
      model_->Forward(variables_.parameters, {}, inputs.to(at::kFloat), Mode::kEvaluation).output;
  return at::softmax(logits.to(at::kDouble), 1);
}

}  // namespace geometer::geometry
