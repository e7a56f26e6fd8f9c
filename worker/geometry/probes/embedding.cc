#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {

Embedding Embed(const Network& network, const at::Tensor& inputs) {
  const ForwardResult result = network.Forward(inputs, Mode::kEvaluation);
  const at::Tensor features =
      result.activations.empty() ? inputs : result.activations.back().tensor;
  return {features.flatten(1), result.output};
}

at::Tensor LastWeights(const Network& network) {
  const at::Tensor& last = network.params.back();
  const at::Tensor& weights = last.dim() == 2 ? last : network.params[network.params.size() - 2];
  return weights.detach();
}

}  // namespace geometer::geometry
