#include "worker/geometry/probes/complexity_output.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/softmax.h>

#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {

std::string ComplexityQuantity(ComplexityOutput output) {
  switch (output) {
    case ComplexityOutput::kLogits:
      return "geometric_complexity";
    case ComplexityOutput::kProbabilities:
      return "probability_complexity";
    case ComplexityOutput::kCentredLogits:
      return "centred_complexity";
    case ComplexityOutput::kEmbedding:
      return "embedding_complexity";
    case ComplexityOutput::kEveryLayer:
      return "layer_complexity";
  }
  TORCH_CHECK(false, "expected an output, got ", static_cast<int>(output));
}

Tensors ComplexityOutputs(ComplexityOutput output, const Network& network,
                          const at::Tensor& inputs) {
  if (output == ComplexityOutput::kEmbedding) return {Embed(network, inputs).features};
  const ForwardResult result = network.Forward(inputs, Mode::kEvaluation);
  if (output == ComplexityOutput::kProbabilities) return {at::softmax(result.output, 1)};
  if (output == ComplexityOutput::kCentredLogits) {
    return {result.output - result.output.mean(at::IntArrayRef{1}, /*keepdim=*/true)};
  }
  Tensors outputs;
  if (output == ComplexityOutput::kEveryLayer) {
    for (const NamedTensor& layer : result.activations) outputs.push_back(layer.tensor);
  }
  outputs.push_back(result.output);
  return outputs;
}

std::vector<double> InputFactors(InputSpace space, const Normalization& normalization) {
  if (space == InputSpace::kNormalised) return {1};
  std::vector<double> factors;
  for (const double deviation : normalization.deviation) {
    factors.push_back(space == InputSpace::kUnit ? 1 / deviation
                                                 : 1 / (deviation * normalization.maximum));
  }
  return factors;
}

}  // namespace geometer::geometry
