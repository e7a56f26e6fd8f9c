#include "worker/geometry/probes/geometric_complexity.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {
namespace {

const char* QuantityOf(ComplexityOutput output) {
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

// What is differentiated, each [N, …]; several for kEveryLayer.
Tensors Outputs(ComplexityOutput output, const Network& network, const at::Tensor& inputs) {
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

// ∂(what the network sees)/∂x for each channel, or one for all.
std::vector<double> InputFactors(InputSpace space, const Normalization& normalization) {
  if (space == InputSpace::kNormalised) return {1};
  std::vector<double> factors;
  for (const double deviation : normalization.deviation) {
    factors.push_back(space == InputSpace::kUnit ? 1 / deviation
                                                 : 1 / (deviation * normalization.maximum));
  }
  return factors;
}

// Per-example squared norms of one output, chunk after chunk.
struct Gathered {
  JacobianMethod method;
  JacobianNorms norms;
  Tensors values;
};

class GeometricComplexityProbe : public Probe {
 public:
  explicit GeometricComplexityProbe(GeometricComplexityOptions options)
      : options_(std::move(options)), quantity_(QuantityOf(options_.output)) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const std::vector<Gathered> outputs = Gather(subject);
    Reading reading;
    if (options_.output == ComplexityOutput::kEveryLayer) {
      for (size_t i = 0; i < outputs.size(); ++i) AddMean(outputs[i], i, reading);
    } else {
      AddMean(outputs[0], std::nullopt, reading);
      AddQuantiles(outputs[0], reading);
      if (options_.by_class) AddClasses(outputs[0], subject, reading);
    }
    AddFactors(subject, reading);
    return reading;
  }

 private:
  std::vector<Gathered> Gather(const Subject& subject) const {
    const Network network = Detached(subject.network, /*track=*/false);
    const at::Tensor factors = Factors(subject);
    std::vector<Gathered> gathered;
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      const at::Tensor shift = at::zeros_like(chunk.inputs).requires_grad_();
      const Tensors outputs = Outputs(options_.output, network, chunk.inputs + factors * shift);
      for (size_t i = 0; i < outputs.size(); ++i) {
        const InputJacobian jacobian(outputs[i], shift);
        if (gathered.size() == i) gathered.push_back(Begin(subject, i, jacobian));
        gathered[i].values.push_back(gathered[i].norms.Next(jacobian));
      }
    }
    return gathered;
  }

  Gathered Begin(const Subject& subject, size_t layer, const InputJacobian& jacobian) const {
    JacobianNormOptions norms = options_.norms;
    norms.method = Resolve(norms.method, jacobian.rows(), jacobian.columns());
    const std::string stream = absl::StrCat("geometric_complexity/", layer);
    return {norms.method, JacobianNorms(norms, subject.seed, stream, subject.step), {}};
  }

  // Broadcasts over the inputs.
  at::Tensor Factors(const Subject& subject) const {
    const at::Tensor factors =
        at::tensor(InputFactors(options_.space, subject.normalization), at::kDouble)
            .to(subject.sample.inputs.options());
    return factors.numel() == 1 ? factors : factors.view({-1, 1, 1});
  }

  void AddMean(const Gathered& output, std::optional<int64_t> index, Reading& reading) const {
    const at::Tensor values = at::cat(output.values);
    Measurement mean = MeanOverExamples(quantity_, values);
    mean.index = index;
    reading.measurements.push_back(mean);
    if (!IsExact(output.method)) return;
    const auto add = [&](const char* suffix, const at::Tensor& value) {
      reading.measurements.push_back({quantity_ + suffix, value.item<double>(), index});
    };
    add("_median", values.quantile(0.5));
    add("_max", values.max());
  }

  void AddQuantiles(const Gathered& output, Reading& reading) const {
    if (!IsExact(output.method)) return;
    const at::Tensor values = at::cat(output.values);
    for (size_t i = 0; i < options_.quantiles.size(); ++i) {
      const double value = values.quantile(options_.quantiles[i]).item<double>();
      reading.measurements.push_back({quantity_ + "_quantile", value, static_cast<int64_t>(i)});
    }
  }

  void AddClasses(const Gathered& output, const Subject& subject, Reading& reading) const {
    const at::Tensor& labels = subject.sample.targets;
    TORCH_CHECK(labels.scalar_type() == at::kLong, "expected class labels as targets, got ",
                labels.scalar_type());
    const at::Tensor values = at::cat(output.values);
    for (int64_t c = 0; c < LastWeights(subject.network).size(0); ++c) {
      const at::Tensor members = values.masked_select(labels.eq(c));
      Measurement mean{"class_" + quantity_, std::numeric_limits<double>::quiet_NaN()};
      if (members.numel() > 0) mean = MeanOverExamples(mean.quantity, members);
      mean.index = c;
      reading.measurements.push_back(mean);
    }
  }

  void AddFactors(const Subject& subject, Reading& reading) const {
    if (options_.space == InputSpace::kNormalised) return;
    const std::vector<double> factors = InputFactors(options_.space, subject.normalization);
    for (size_t c = 0; c < factors.size(); ++c) {
      reading.measurements.push_back({"input_factor", factors[c], static_cast<int64_t>(c)});
    }
  }

  const GeometricComplexityOptions options_;
  const std::string quantity_;
};

}  // namespace

std::unique_ptr<Probe> MakeGeometricComplexityProbe(const GeometricComplexityOptions& options) {
  return std::make_unique<GeometricComplexityProbe>(options);
}

}  // namespace geometer::geometry
