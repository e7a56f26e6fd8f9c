#include "worker/geometry/probes/few_shot.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include <cmath>

#include "worker/geometry/probes/class_geometry.h"
#include "worker/geometry/probes/embedding.h"

namespace geometer::geometry {
namespace {

class FewShotProbe : public Probe {
 public:
  explicit FewShotProbe(const FewShotOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    const Examples& examples = subject.second.has_value() ? subject.second->sample : subject.sample;
    ExampleRows rows(examples.size());
    for (const Examples& chunk : Chunks(examples, subject.chunk_size)) {
      rows.Append(Embed(subject.network, chunk.inputs).features.to(at::kDouble));
    }
    const at::Tensor& features = rows.all();
    Reading reading;
    if (!at::isfinite(features).all().item<bool>()) {
      reading.measurements = {{"few_shot_accuracy", std::nan("")}, {"cdnv_mean", std::nan("")}};
      return reading;
    }
    reading.measurements.push_back(MeanOverExamples(
        "few_shot_accuracy",
        EpisodeAccuracies(options_, features, examples.targets, subject.seed, "probe/few_shot")));
    reading.measurements.push_back({"cdnv_mean", MeanCdnv(features, examples.targets)});
    return reading;
  }

 private:
  static double MeanCdnv(const at::Tensor& features, const at::Tensor& labels) {
    const int64_t classes = labels.max().item<int64_t>() + 1;
    const at::Tensor means = MeanByClass(features, labels, classes);
    const at::Tensor deviations = (features - means.index_select(0, labels)).square().sum(1);
    return Cdnv(means, MeanByClass(deviations, labels, classes)).mean().item<double>();
  }

  const FewShotOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeFewShotProbe(const FewShotOptions& options) {
  return std::make_unique<FewShotProbe>(options);
}

}  // namespace geometer::geometry
