#include "worker/geometry/linear_layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <torch/csrc/autograd/generated/Functions.h>

#include <map>
#include <utility>

#include "worker/geometry/parameter_reads.h"

namespace geometer::geometry {
namespace {

namespace graph = torch::autograd;

std::optional<LinearLayer> LayerOf(const ParameterRead& read) {
  const graph::Node& node = *read.node;
  if (const auto convolution = ConvolutionOf(node); convolution && read.slot == 1) {
    std::vector<int64_t> inputs = convolution->x.sizes().vec();
    inputs[0] = 1;
    return LinearLayer{read.parameter, std::move(inputs), convolution->options};
  }
  const bool addmm = dynamic_cast<const graph::generated::AddmmBackward0*>(&node) != nullptr;
  const bool mm = dynamic_cast<const graph::generated::MmBackward0*>(&node) != nullptr;
  if ((addmm && read.slot == 2) || (mm && read.slot == 1)) {
    return LinearLayer{read.parameter, {1, read.parameter.size(1)}};
  }
  return std::nullopt;
}

// √(variance + ε) of a batch normalisation; undefined for any other operation.
at::Tensor DeviationOf(const graph::Node& node) {
  if (const auto* norm = dynamic_cast<const graph::generated::NativeBatchNormBackward0*>(&node)) {
    return (norm->running_var_.unpack() + norm->eps).sqrt();
  }
  if (const auto* norm = dynamic_cast<const graph::generated::CudnnBatchNormBackward0*>(&node)) {
    return (norm->running_var_.unpack() + norm->epsilon).sqrt();
  }
  return {};
}

// Folds the normalisation whose gain `read` reads into the layer that it normalises.
void Fold(const ParameterRead& read, std::map<const graph::Node*, LinearLayer>& layers) {
  const at::Tensor deviation = DeviationOf(*read.node);
  if (!deviation.defined() || read.slot != 1) return;
  const auto layer = layers.find(read.node->next_edge(0).function.get());
  if (layer == layers.end()) return;
  layer->second.gain = read.parameter;
  layer->second.deviation = deviation;
}

}  // namespace

at::Tensor LinearLayer::Apply(const at::Tensor& x) const {
  at::Tensor y = convolution ? Convolve(x, weight, {}, *convolution) : at::linear(x, weight);
  if (!gain.defined()) return y;
  std::vector<int64_t> channels(y.dim(), 1);
  channels[1] = y.size(1);
  return y * (gain / deviation).view(channels);
}

std::vector<LinearLayer> LinearLayersOf(const at::Tensor& root, const Tensors& params) {
  const std::vector<ParameterRead> reads = ParameterReads(root, params);
  std::map<const graph::Node*, LinearLayer> found;
  for (const ParameterRead& read : reads) {
    if (auto layer = LayerOf(read)) found.emplace(read.node.get(), *std::move(layer));
  }
  for (const ParameterRead& read : reads) Fold(read, found);
  std::vector<LinearLayer> layers;
  for (const at::Tensor& parameter : params) {
    for (const auto& [node, layer] : found) {
      if (layer.weight.is_same(parameter)) layers.push_back(layer);
    }
  }
  return layers;
}

}  // namespace geometer::geometry
