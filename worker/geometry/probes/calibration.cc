#include "worker/geometry/probes/calibration.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/one_hot.h>

#include <cmath>
#include <stdexcept>

#include "worker/geometry/confidence.h"
#include "worker/geometry/probes/outputs.h"

namespace geometer::geometry {
namespace {

class CalibrationProbe : public Probe {
 public:
  explicit CalibrationProbe(const CalibrationOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    const at::Tensor labels = subject.sample.targets;
    TORCH_CHECK(labels.scalar_type() == at::kLong, "expected labels, got ", labels.scalar_type());
    const at::Tensor log = LogProbabilities(subject);
    const auto [highest, predicted] = log.max(1);
    const at::Tensor confidence = highest.exp();
    // Where probabilities are not known, neither is the likeliest class.
    const at::Tensor correct =
        predicted.eq(labels).to(at::kDouble).masked_fill(highest.isnan(), std::nan(""));
    const at::Tensor truth = at::one_hot(labels, log.size(1));
    Reading reading;
    const auto add = [&](const char* quantity, double value) {
      reading.measurements.push_back({quantity, value});
      reading.measurements.back().samples = labels.size(0);
    };
    add("calibration_error", CalibrationErrorByWidth(confidence, correct, options_.bins));
    add("calibration_error_mass", CalibrationErrorByMass(confidence, correct, options_.bins));
    const at::Tensor nll = -log.gather(1, labels.unsqueeze(1)).squeeze(1);
    reading.measurements.push_back(MeanOverExamples("nll", nll));
    reading.measurements.push_back(MeanOverExamples("brier", (log.exp() - truth).square().sum(1)));
    reading.measurements.push_back(MeanOverExamples("confidence", confidence));
    reading.measurements.push_back(MeanOverExamples("accuracy", correct));
    return reading;
  }

 private:
  at::Tensor LogProbabilities(const Subject& subject) const {
    const at::Tensor output = OutputsOf(subject, subject.sample.inputs);
    const auto densities = subject.objective->LogDensities(output);
    if (options_.form == ProbabilityForm::kPosterior) {
      return at::log_softmax(subject.objective->ClassLogits(output), 1);
    }
    if (!densities.has_value()) {
      throw std::invalid_argument("probabilities by density need the objective morse");
    }
    if (options_.form == ProbabilityForm::kBackground) {
      return LogWithBackground(*densities, options_.background);
    }
    return LogTemperedByDensity(*densities, densities->amax(1));
  }

  const CalibrationOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeCalibrationProbe(const CalibrationOptions& options) {
  return std::make_unique<CalibrationProbe>(options);
}

}  // namespace geometer::geometry
