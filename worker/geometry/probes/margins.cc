#include "worker/geometry/probes/margins.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "worker/geometry/probes/geometric_complexity.h"
#include "worker/geometry/probes/margin.h"

namespace geometer::geometry {
namespace {

at::Tensor Outputs(const Subject& subject) {
  const at::NoGradGuard no_grad;
  ExampleRows outputs(subject.sample.size());
  for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
    outputs.Append(subject.network.Forward(chunk.inputs, Mode::kEvaluation).output);
  }
  return outputs.all().to(at::kDouble);
}

class MarginsProbe : public Probe {
 public:
  explicit MarginsProbe(MarginsOptions options) : options_(std::move(options)) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::Tensor outputs = Outputs(subject);
    const at::Tensor margins = Margins(outputs, subject.sample.targets);
    Reading reading;
    AddDistribution(margins, reading);
    const Measurement risk = MeanOverExamples("ramp_risk", RampLoss(margins, options_.gamma));
    reading.measurements.push_back(risk);
    if (!options_.complexity && !options_.bound) return reading;
    const Measurement complexity =
        MakeGeometricComplexityProbe()->Measure(subject, {}).measurements[0];
    if (options_.complexity) AddNormalised(complexity, margins, reading);
    if (options_.bound) AddBound(risk.value, complexity.value, outputs, reading);
    return reading;
  }

 private:
  static void Add(std::string quantity, double value, Reading& reading) {
    reading.measurements.push_back({std::move(quantity), value});
  }

  void AddDistribution(const at::Tensor& margins, Reading& reading) const {
    reading.measurements.push_back(MeanOverExamples("margin_mean", margins));
    Add("margin_min", margins.min().item<double>(), reading);
    Add("margin_median", margins.quantile(0.5).item<double>(), reading);
    for (size_t i = 0; i < options_.quantiles.size(); ++i) {
      const double value = margins.quantile(options_.quantiles[i]).item<double>();
      reading.measurements.push_back({"margin_quantile", value, static_cast<int64_t>(i)});
    }
  }

  double Statistic(const at::Tensor& margins) const {
    const bool mean = options_.statistic == MarginStatistic::kMean;
    const double value = (mean ? margins.mean() : margins.quantile(0.5)).item<double>();
    return value > 0 ? value : std::numeric_limits<double>::quiet_NaN();
  }

  void AddNormalised(const Measurement& complexity, const at::Tensor& margins,
                     Reading& reading) const {
    const double margin = Statistic(margins);
    reading.measurements.push_back(complexity);
    Add("gc_over_margin", complexity.value / margin, reading);
    Add("sqrt_gc_over_margin", std::sqrt(complexity.value) / margin, reading);
    Add("gc_over_margin2", complexity.value / (margin * margin), reading);
  }

  void AddBound(double risk, double complexity, const at::Tensor& outputs, Reading& reading) const {
    MarginBoundTerms terms;
    terms.ramp_risk = risk;
    terms.complexity = complexity;
    terms.mean_output = outputs.mean(0).norm().item<double>();
    terms.poincare_constant = options_.bound->poincare_constant;
    terms.gamma = options_.gamma;
    terms.delta = options_.bound->delta;
    terms.outputs = outputs.size(1);
    terms.examples = outputs.size(0);
    Add("margin_bound", MarginBound(terms), reading);
  }

  const MarginsOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeMarginsProbe(const MarginsOptions& options) {
  return std::make_unique<MarginsProbe>(options);
}

}  // namespace geometer::geometry
