#include "tests/worker/geometry/small_problem.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/remainder.h>

#include "worker/geometry/models/resnet.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kExamples = 12;
constexpr int64_t kClasses = 3;

SmallProblem Classification(std::unique_ptr<Model> model, const at::Tensor& inputs) {
  const at::Tensor labels = at::arange(inputs.size(0), at::kLong).remainder(kClasses);
  Variables variables = model->Initialize(/*seed=*/7, inputs.options());
  for (at::Tensor& parameter : variables.parameters) parameter.requires_grad_();
  Network network{model.get(), variables.parameters, variables.buffers};
  return {std::move(model), MakeCrossEntropy(), std::move(network), {inputs, labels}};
}

}  // namespace

Subject SmallProblem::AsSubject(int64_t chunk_size) const {
  return {network,
          objective.get(),
          examples,
          chunk_size,
          /*seed=*/0,
          /*step=*/0,
          /*learning_rate=*/0.1};
}

double SmallProblem::LossAt(const Tensors& params) const {
  const Network moved{model.get(), params, network.buffers};
  return Evaluate(moved, *objective, examples, Mode::kEvaluation).loss.item<double>();
}

MlpOptions SmallMlp(Activation activation) {
  MlpOptions options;
  options.inputs = 5;
  options.hidden = {7, 6};
  options.outputs = kClasses;
  options.activation = activation;
  return options;
}

SmallProblem MakeSmallProblem(at::ScalarType dtype, const MlpOptions& options) {
  const at::Tensor inputs = Noise({kExamples, options.inputs}, "inputs").to(dtype);
  return Classification(MakeMlp(options), inputs);
}

SmallProblem MakeSmallResNet(at::ScalarType dtype, bool batch_norm) {
  const at::Tensor images = Noise({kExamples, 3, 8, 8}, "images").to(dtype);
  SmallProblem problem = Classification(
      MakeResNet({.channels = 3, .outputs = kClasses, .width = 2, .batch_norm = batch_norm}),
      images);
  problem.network.buffers = problem.network.Forward(images, Mode::kTraining).buffers;
  return problem;
}

SmallProblem MakeBiasFree(const Tensors& weights, Activation activation, const at::Tensor& inputs) {
  MlpOptions options{.inputs = inputs.size(1), .hidden = {}, .outputs = weights.back().size(0)};
  for (size_t i = 0; i + 1 < weights.size(); ++i) options.hidden.push_back(weights[i].size(0));
  options.activation = activation;
  options.bias = false;
  SmallProblem problem = Classification(MakeMlp(options), inputs);
  problem.network.params = weights;
  return problem;
}

at::Tensor Noise(at::IntArrayRef shape, const std::string& stream) {
  return at::empty(shape, at::kDouble).normal_(0, 1, MakeGenerator(11, stream));
}

Tensors Moved(const Tensors& params, const at::Tensor& direction, double step) {
  Tensors moved;
  const Tensors steps = Unflatten(direction, params);
  for (size_t i = 0; i < params.size(); ++i) moved.push_back(params[i].detach() + step * steps[i]);
  return moved;
}

const Measurement& Find(const Reading& reading, const std::string& quantity, int64_t index) {
  for (const Measurement& m : reading.measurements) {
    if (m.quantity == quantity && m.index.value_or(0) == index) return m;
  }
  TORCH_CHECK(false, "expected a measurement of ", quantity, "[", index, "], got none");
}

}  // namespace geometer::geometry
