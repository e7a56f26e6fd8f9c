#include "worker/geometry/probes/modified_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "worker/geometry/probes/stepped_loss.h"

namespace geometer::geometry {
namespace {

double Norm(const at::Tensor& v) { return v.norm().item<double>(); }

class ModifiedLossProbe : public Probe {
 public:
  explicit ModifiedLossProbe(const ModifiedLossOptions& options) : options_(options) {}

  Reading Measure(const Subject& whole, const NamedTensors& /*warm_start*/) const override {
    const int64_t batch = std::min(options_.batch_size, whole.sample.size());
    Subject subject = whole;
    subject.sample = whole.sample.Slice(0, whole.sample.size() / batch * batch);
    const Landscape landscape = SteppedLoss(subject);
    const at::Tensor theta = Theta(subject);
    const Landscape::Slope slope = landscape.At(theta);
    Reading reading;
    AddLosses(subject, landscape.Value(theta), slope.gradient, reading);
    if (subject.descent.momentum == 0) AddShuffled(subject, batch, reading);
    AddTerms(subject, landscape, slope, reading);
    return reading;
  }

 private:
  static void AddLosses(const Subject& subject, double loss, const at::Tensor& gradient,
                        Reading& reading) {
    const double weight = ImplicitPenalty(subject.descent, subject.learning_rate);
    const double penalty = weight * gradient.square().sum().item<double>();
    reading.measurements.push_back({"stepped_loss", loss});
    reading.measurements.push_back({"implicit_penalty", penalty});
    reading.measurements.push_back({"modified_loss", loss + penalty});
  }

  static void AddShuffled(const Subject& subject, int64_t batch_size, Reading& reading) {
    std::vector<double> squares;
    Subject batch = subject;
    for (const Examples& examples : Chunks(subject.sample, batch_size)) {
      batch.sample = examples;
      const at::Tensor gradient = SteppedLoss(batch).Gradient(Theta(subject));
      squares.push_back(gradient.square().sum().item<double>());
    }
    const at::Tensor penalties = subject.learning_rate / 4 * at::tensor(squares, at::kDouble);
    const double loss = reading.measurements[0].value;
    reading.measurements.push_back(MeanOverExamples("implicit_penalty_shuffled", penalties));
    Measurement modified = reading.measurements.back();
    modified.quantity = "modified_loss_shuffled";
    modified.value += loss;
    reading.measurements.push_back(modified);
  }

  void AddTerms(const Subject& subject, const Landscape& landscape, const Landscape::Slope& slope,
                Reading& reading) const {
    const double h = subject.learning_rate;
    const at::Tensor& g = slope.gradient;
    const at::Tensor bent = slope.hessian(g);
    const auto add = [&](const char* quantity, double weight, const at::Tensor& term) {
      reading.measurements.push_back({quantity, weight * Norm(term)});
    };
    add("flow_term_hessian", h / 2, bent);
    if (!options_.third_order) return;
    add("flow_term_hessian_squared", h * h / 3, slope.hessian(bent));
    const at::Tensor third = landscape.ThirdDerivative(Theta(subject), g, g);
    add("flow_term_third_derivative", h * h / 12, third);
  }

  const ModifiedLossOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeModifiedLossProbe(const ModifiedLossOptions& options) {
  return std::make_unique<ModifiedLossProbe>(options);
}

}  // namespace geometer::geometry
