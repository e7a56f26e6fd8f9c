#include "worker/geometry/probes/loss.h"

#include <ATen/core/grad_mode.h>

namespace geometer::geometry {
namespace {

class LossProbe : public Probe {
 public:
  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::NoGradGuard no_grad;
    ExampleRows losses(subject.sample.size()), hits(subject.sample.size());
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      const at::Tensor output = subject.network.Forward(chunk.inputs, Mode::kEvaluation).output;
      losses.Append(subject.objective->PerExample(output, chunk.targets).to(at::kDouble));
      if (!subject.objective->PredictsLabels()) continue;
      const std::optional<at::Tensor> correct = Correct(output, chunk.targets);
      if (correct) hits.Append(correct->to(at::kDouble));
    }
    Reading reading{{MeanOverExamples("loss", losses.all())}, {}};
    if (!hits.empty()) reading.measurements.push_back(MeanOverExamples("accuracy", hits.all()));
    return reading;
  }
};

}  // namespace

std::unique_ptr<Probe> MakeLossProbe() { return std::make_unique<LossProbe>(); }

}  // namespace geometer::geometry
