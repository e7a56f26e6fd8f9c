#include "worker/geometry/probes/gradient_norm.h"

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

class GradientNormProbe : public Probe {
 public:
  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/true);
    const ChunkedLoss loss =
        MeanLoss(network, *subject.objective, subject.sample, subject.chunk_size);
    Measurement norm{"gradient_norm", Gradient(loss, network.params).norm().item<double>()};
    norm.samples = subject.sample.size();
    return {{norm}, {}};
  }
};

}  // namespace

std::unique_ptr<Probe> MakeGradientNormProbe() { return std::make_unique<GradientNormProbe>(); }

}  // namespace geometer::geometry
