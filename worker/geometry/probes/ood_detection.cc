#include "worker/geometry/probes/ood_detection.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "worker/geometry/detection.h"
#include "worker/geometry/mahalanobis.h"
#include "worker/geometry/probes/embedding.h"
#include "worker/geometry/probes/outputs.h"

namespace geometer::geometry {
namespace {

const char* NameOf(OodScore score) {
  switch (score) {
    case OodScore::kDensity:
      return "density";
    case OodScore::kMaxProbability:
      return "max_probability";
    case OodScore::kEntropy:
      return "entropy";
    case OodScore::kEnergy:
      return "energy";
    case OodScore::kMahalanobisInputs:
      return "mahalanobis_inputs";
    case OodScore::kMahalanobisEmbedding:
      return "mahalanobis_embedding";
  }
  return "";
}

at::Tensor LogDensityOf(const Subject& subject, const at::Tensor& output) {
  const auto log = subject.objective->LogDensities(output);
  if (!log.has_value()) {
    throw std::invalid_argument("the score density needs the objective morse");
  }
  return log->amax(1);
}

bool IsMahalanobis(OodScore score) {
  return score == OodScore::kMahalanobisInputs || score == OodScore::kMahalanobisEmbedding;
}

// Both samples' scores: of those in distribution, and of those out.
struct Scores {
  at::Tensor in, out;
};

class OodDetectionProbe : public Probe {
 public:
  explicit OodDetectionProbe(OodOptions options) : options_(std::move(options)) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    TORCH_CHECK(subject.second.has_value(), "expected examples out of distribution");
    const Scores outputs = {OutputsOf(subject, subject.sample.inputs),
                            OutputsOf(subject, subject.second->sample.inputs)};
    Reading reading;
    for (const OodScore score : options_.scores) {
      const Scores scores = IsMahalanobis(score) ? DistancesOf(score, subject)
                                                 : Scores{ScoresOf(score, subject, outputs.in),
                                                          ScoresOf(score, subject, outputs.out)};
      Add(NameOf(score), scores, reading);
    }
    if (subject.objective->LogDensities(outputs.in).has_value()) {
      reading.measurements.push_back(
          MeanOverExamples("mean_density", LogDensityOf(subject, outputs.in).exp()));
      reading.measurements.push_back(
          MeanOverExamples("mean_density_out", LogDensityOf(subject, outputs.out).exp()));
    }
    return reading;
  }

 private:
  at::Tensor ScoresOf(OodScore score, const Subject& subject, const at::Tensor& output) const {
    const at::Tensor logits = subject.objective->ClassLogits(output) / options_.temperature;
    const at::Tensor log = at::log_softmax(logits, 1);
    switch (score) {
      case OodScore::kDensity:
        return -LogDensityOf(subject, output);
      case OodScore::kMaxProbability:
        return -log.amax(1);
      case OodScore::kEntropy:
        return -(log.exp() * log).sum(1);
      case OodScore::kEnergy:
        return -logits.logsumexp(1);
      default:
        TORCH_CHECK(false, "expected a score of outputs, got ", NameOf(score));
    }
  }

  Scores DistancesOf(OodScore score, const Subject& subject) const {
    const auto features = [&](const at::Tensor& inputs) {
      return (score == OodScore::kMahalanobisInputs ? inputs.flatten(1)
                                                    : Embed(subject.network, inputs).features)
          .to(at::kDouble);
    };
    const auto all = [&](const at::Tensor& inputs) {
      ExampleRows rows(inputs.size(0));
      for (const at::Tensor& chunk : inputs.split(subject.chunk_size)) rows.Append(features(chunk));
      return rows.all();
    };
    const at::Tensor& targets = options_.training.targets();
    const bool by_class = subject.objective->PredictsLabels() && targets.scalar_type() == at::kLong;
    const at::Tensor training = options_.training.All().inputs.to(subject.sample.inputs.device());
    const ClassGaussians fitted(all(training), by_class ? targets : at::Tensor());
    return {fitted.SquaredDistance(all(subject.sample.inputs)),
            fitted.SquaredDistance(all(subject.second->sample.inputs))};
  }

  static void Add(const std::string& name, const Scores& scores, Reading& reading) {
    Detection found;
    if (scores.in.isnan().any().item<bool>() || scores.out.isnan().any().item<bool>()) {
      constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
      found = {kNan, kNan, kNan, kNan, kNan};  // a diverged network's
    } else {
      found = Detect(scores.in, scores.out);
    }
    Measurement auroc{name + "_auroc", found.auroc};
    auroc.standard_error = found.auroc_error;
    auroc.samples = scores.in.size(0) + scores.out.size(0);
    reading.measurements.push_back(auroc);
    reading.measurements.push_back({name + "_aupr_out", found.aupr_out});
    reading.measurements.push_back({name + "_aupr_in", found.aupr_in});
    reading.measurements.push_back({name + "_fpr95", found.fpr95});
  }

  const OodOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeOodDetectionProbe(OodOptions options) {
  return std::make_unique<OodDetectionProbe>(std::move(options));
}

}  // namespace geometer::geometry
