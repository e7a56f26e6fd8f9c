#include "worker/geometry/probes/ood_detection.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>

#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "worker/geometry/detection.h"

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
  }
  return "";
}

// Outputs of `examples`, [N, K], float64.
at::Tensor OutputsOf(const Subject& subject, const Examples& examples) {
  ExampleRows rows(examples.size());
  for (const Examples& chunk : Chunks(examples, subject.chunk_size)) {
    rows.Append(subject.network.Forward(chunk.inputs, Mode::kEvaluation).output.to(at::kDouble));
  }
  return rows.all();
}

at::Tensor LogDensityOf(const Subject& subject, const at::Tensor& output) {
  const auto log = subject.objective->LogDensities(output);
  if (!log.has_value()) {
    throw std::invalid_argument("the score density needs the objective morse");
  }
  return log->amax(1);
}

at::Tensor ScoresOf(OodScore score, const Subject& subject, const at::Tensor& output) {
  const at::Tensor log = at::log_softmax(output, 1);
  switch (score) {
    case OodScore::kDensity:
      return -LogDensityOf(subject, output);
    case OodScore::kMaxProbability:
      return -log.amax(1);  // ranks as −max p does, without its saturation at 1
    case OodScore::kEntropy:
      return -(log.exp() * log).sum(1);
    case OodScore::kEnergy:
      return -output.logsumexp(1);
  }
  TORCH_CHECK(false, "expected a score, got ", static_cast<int>(score));
}

class OodDetectionProbe : public Probe {
 public:
  explicit OodDetectionProbe(std::vector<OodScore> scores) : scores_(std::move(scores)) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    TORCH_CHECK(subject.second.has_value(), "expected examples out of distribution");
    const at::Tensor in = OutputsOf(subject, subject.sample);
    const at::Tensor out = OutputsOf(subject, subject.second->sample);
    Reading reading;
    for (const OodScore score : scores_) Add(score, subject, in, out, reading);
    if (subject.objective->LogDensities(in).has_value()) {
      reading.measurements.push_back(
          MeanOverExamples("mean_density", LogDensityOf(subject, in).exp()));
      reading.measurements.push_back(
          MeanOverExamples("mean_density_out", LogDensityOf(subject, out).exp()));
    }
    return reading;
  }

 private:
  static void Add(OodScore score, const Subject& subject, const at::Tensor& in,
                  const at::Tensor& out, Reading& reading) {
    const std::string name = NameOf(score);
    const at::Tensor in_scores = ScoresOf(score, subject, in);
    const at::Tensor out_scores = ScoresOf(score, subject, out);
    Detection found;
    if (in_scores.isnan().any().item<bool>() || out_scores.isnan().any().item<bool>()) {
      constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
      found = {kNan, kNan, kNan, kNan, kNan};  // a diverged network's
    } else {
      found = Detect(in_scores, out_scores);
    }
    Measurement auroc{name + "_auroc", found.auroc};
    auroc.standard_error = found.auroc_error;
    auroc.samples = in.size(0) + out.size(0);
    reading.measurements.push_back(auroc);
    reading.measurements.push_back({name + "_aupr_out", found.aupr_out});
    reading.measurements.push_back({name + "_aupr_in", found.aupr_in});
    reading.measurements.push_back({name + "_fpr95", found.fpr95});
  }

  const std::vector<OodScore> scores_;
};

}  // namespace

std::unique_ptr<Probe> MakeOodDetectionProbe(std::vector<OodScore> scores) {
  return std::make_unique<OodDetectionProbe>(std::move(scores));
}

}  // namespace geometer::geometry
