#include "worker/geometry/probes/generated_samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/geometry/games/gan.h"
#include "worker/geometry/probes/match_deal.h"
#include "worker/geometry/sample_quality.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kDirections = 200;
constexpr int64_t kParts = 5;          // of a classifier's score
constexpr int64_t kFewest = 2;         // examples: a half has one, a mean discrepancy needs two
constexpr int64_t kMostPairs = 2'048;  // of a mean discrepancy, whose memory is their square

class GeneratedSamplesProbe : public Probe {
 public:
  explicit GeneratedSamplesProbe(GeneratedSamplesOptions options) : options_(std::move(options)) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    const Match& match = *subject.match;
    TORCH_CHECK(match.generator != nullptr, "expected a GAN");
    const Deal deal = DealOf(subject, "probe/generated_samples");
    const at::Tensor& data = deal.data.inputs;
    const int64_t fewest = options_.classifier == nullptr ? kFewest : kParts;
    if (data.size(0) < fewest) {
      throw std::invalid_argument(absl::StrCat("generated_samples: needs ", fewest,
                                               " examples at least, got ", data.size(0),
                                               ": raise its examples"));
    }
    const at::Tensor samples = Generate(*match.generator, match.at[1], deal.latents,
                                        data.sizes().slice(1), Mode::kEvaluation);
    Reading reading;
    AddDistances(data.flatten(1).cpu(), samples.flatten(1).cpu(), subject.seed, reading);
    if (options_.modes.has_value()) AddCoverage(samples.cpu(), reading);
    if (options_.classifier != nullptr) AddScores(data, samples, reading);
    for (Measurement& measurement : reading.measurements) {
      if (!measurement.samples) measurement.samples = samples.size(0);
    }
    return reading;
  }

 private:
  static void AddDistances(const at::Tensor& data, const at::Tensor& samples, uint64_t seed,
                           Reading& reading) {
    const auto distance = [seed](const at::Tensor& a, const at::Tensor& b) {
      return SlicedWasserstein(a, b, kDirections,
                               MakeGenerator(seed, "probe/generated_samples/directions"));
    };
    const int64_t half = data.size(0) / 2;
    reading.measurements.push_back({"sliced_wasserstein", distance(data, samples)});
    reading.measurements.push_back(
        {"sliced_wasserstein_data",
         distance(data.slice(0, 0, half), data.slice(0, half, 2 * half))});
    Measurement mmd{"mmd", MaximumMeanDiscrepancy(data.slice(0, 0, kMostPairs),
                                                  samples.slice(0, 0, kMostPairs))};
    mmd.samples = std::min(kMostPairs, samples.size(0));
    reading.measurements.push_back(mmd);
  }

  void AddCoverage(const at::Tensor& samples, Reading& reading) const {
    const Coverage found =
        ModeCoverage(samples, options_.modes->centres, options_.modes->deviation);
    reading.measurements.push_back({"modes", static_cast<double>(found.modes_1)});
    reading.measurements.push_back({"modes_20", static_cast<double>(found.modes_20)});
    reading.measurements.push_back({"high_quality", found.high_quality});
    reading.measurements.push_back({"mode_divergence", found.divergence});
  }

  void AddScores(const at::Tensor& data, const at::Tensor& samples, Reading& reading) const {
    const auto add = [&](const char* quantity, const at::Tensor& inputs) {
      const ClassifierScore score =
          ScoreByClassifier(options_.classifier->ProbabilitiesOf(inputs), kParts);
      Measurement measurement{quantity, score.mean};
      measurement.standard_error = score.deviation / std::sqrt(static_cast<double>(kParts));
      reading.measurements.push_back(measurement);
    };
    add("classifier_score", samples);
    add("classifier_score_data", data);
  }

  const GeneratedSamplesOptions options_;
};

}  // namespace

std::optional<Modes> ModesOf(const Dataset& data) {
  if (data.classes == 0 || c10::multiply_integers(data.train.shape()) != 2) return std::nullopt;
  const Examples all = data.train.All();
  const at::Tensor points = all.inputs.flatten(1).to(at::kDouble).cpu();
  const at::Tensor labels = all.targets.cpu();
  Tensors centres, rest;
  for (int64_t c = 0; c < data.classes; ++c) {
    const at::Tensor own = points.index_select(0, labels.eq(c).nonzero().squeeze(1));
    if (own.size(0) == 0) continue;  // a class without examples has no mode
    centres.push_back(own.mean(0));
    rest.push_back(own - centres.back());
  }
  double squares = 0;
  for (const at::Tensor& part : rest) squares += part.square().sum().item<double>();
  return Modes{at::stack(centres), std::sqrt(squares / static_cast<double>(points.numel()))};
}

std::unique_ptr<Probe> MakeGeneratedSamplesProbe(const GeneratedSamplesOptions& options) {
  return std::make_unique<GeneratedSamplesProbe>(options);
}

}  // namespace geometer::geometry
