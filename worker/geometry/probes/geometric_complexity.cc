#include "worker/geometry/probes/geometric_complexity.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/calibration.h"
#include "worker/geometry/chain_norms.h"
#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {
namespace {

// The squared norms of the Jacobian of one output.
struct Norms {
  bool exact = true;
  at::Tensor values;  // [N], float64
};

class GeometricComplexityProbe : public Probe {
 public:
  explicit GeometricComplexityProbe(GeometricComplexityOptions options)
      : options_(std::move(options)), quantity_(ComplexityQuantity(options_.output)) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const std::vector<Norms> outputs =
        HasClosedForm(subject) ? std::vector<Norms>{InClosedForm(subject)} : ByProducts(subject);
    Reading reading;
    if (options_.output == ComplexityOutput::kEveryLayer) {
      for (size_t i = 0; i < outputs.size(); ++i) AddMean(outputs[i], i, reading);
    } else {
      AddMean(outputs[0], std::nullopt, reading);
      AddQuantiles(outputs[0], reading);
      if (options_.by_class) AddClasses(outputs[0], subject, reading);
      if (options_.by_example) AddExamples(outputs[0], reading);
    }
    AddFactors(subject, reading);
    return reading;
  }

 private:
  bool HasClosedForm(const Subject& subject) const {
    return options_.output == ComplexityOutput::kLogits &&
           options_.norms.method == JacobianMethod::kAuto &&
           subject.network.model->DenseChain(Mode::kEvaluation).has_value() &&
           Factors(subject).numel() == 1;
  }

  Norms InClosedForm(const Subject& subject) const {
    const Network network = Detached(subject.network, /*track=*/false);
    ExampleRows values(subject.sample.size());
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      values.Append(ChainSquaredNorms(network, chunk.inputs));
    }
    return {/*exact=*/true, values.all() * Factors(subject).to(at::kDouble).square()};
  }

  std::vector<Norms> ByProducts(const Subject& subject) const {
    const Network running = Detached(subject.network, /*track=*/false);
    const Network network =
        options_.calibrate ? Calibrated(running, subject.sample, subject.chunk_size) : running;
    const at::Tensor factors = Factors(subject);
    const bool uniform = factors.numel() == 1;  // then the norms are scaled, not the inputs
    std::vector<JacobianNorms> methods;
    std::vector<ExampleRows> values;
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      const at::Tensor x =
          (uniform ? chunk.inputs.detach() : at::zeros_like(chunk.inputs)).requires_grad_();
      const Tensors outputs =
          ComplexityOutputs(options_.output, network, uniform ? x : chunk.inputs + factors * x);
      values.resize(outputs.size(), ExampleRows(subject.sample.size()));
      for (size_t i = 0; i < outputs.size(); ++i) {
        const InputJacobian jacobian(outputs[i], x);
        if (methods.size() == i) methods.push_back(MethodFor(i, jacobian, subject));
        values[i].Append(methods[i].Next(jacobian));
      }
    }
    std::vector<Norms> norms;
    for (size_t i = 0; i < values.size(); ++i) {
      const at::Tensor all = values[i].all();
      norms.push_back({methods[i].exact(), uniform ? all * factors.to(at::kDouble).square() : all});
    }
    return norms;
  }

  JacobianNorms MethodFor(size_t layer, const InputJacobian& jacobian,
                          const Subject& subject) const {
    JacobianNormOptions norms = options_.norms;
    norms.method = Resolve(norms.method, jacobian.rows(), jacobian.columns());
    const std::string stream = absl::StrCat("geometric_complexity/", layer);
    return {norms, subject.seed, stream, subject.step};
  }

  // Broadcasts over the inputs.
  at::Tensor Factors(const Subject& subject) const {
    const at::Tensor factors =
        at::tensor(InputFactors(options_.space, subject.normalization), at::kDouble)
            .to(subject.sample.inputs.options());
    std::vector<int64_t> shape(subject.sample.inputs.dim() - 1, 1);
    shape[0] = factors.numel();
    return factors.view(shape);
  }

  void AddMean(const Norms& norms, std::optional<int64_t> index, Reading& reading) const {
    Measurement mean = MeanOverExamples(quantity_, norms.values);
    mean.index = index;
    reading.measurements.push_back(mean);
    if (!norms.exact) return;
    const auto add = [&](const char* suffix, const at::Tensor& value) {
      reading.measurements.push_back({quantity_ + suffix, value.item<double>(), index});
    };
    add("_median", norms.values.quantile(0.5));
    add("_max", norms.values.max());
  }

  void AddQuantiles(const Norms& norms, Reading& reading) const {
    if (!norms.exact) return;
    for (size_t i = 0; i < options_.quantiles.size(); ++i) {
      const double value = norms.values.quantile(options_.quantiles[i]).item<double>();
      reading.measurements.push_back({quantity_ + "_quantile", value, static_cast<int64_t>(i)});
    }
  }

  void AddClasses(const Norms& norms, const Subject& subject, Reading& reading) const {
    const at::Tensor& labels = subject.sample.targets;
    TORCH_CHECK(labels.scalar_type() == at::kLong, "expected class labels as targets, got ",
                labels.scalar_type());
    for (int64_t c = 0; c < LastWeights(subject.network).size(0); ++c) {
      const at::Tensor members = norms.values.masked_select(labels.eq(c));
      Measurement mean{"class_" + quantity_, std::numeric_limits<double>::quiet_NaN()};
      if (members.numel() > 0) mean = MeanOverExamples(mean.quantity, members);
      mean.index = c;
      reading.measurements.push_back(mean);
    }
  }

  void AddExamples(const Norms& norms, Reading& reading) const {
    const double* values = norms.values.const_data_ptr<double>();
    for (int64_t i = 0; i < norms.values.numel(); ++i) {
      reading.measurements.push_back({"example_" + quantity_, values[i], i});
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
