#include "worker/geometry/probes/parameter_norm.h"

namespace geometer::geometry {
namespace {

class ParameterNormProbe : public Probe {
 public:
  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/false);
    return {{{"parameter_norm", SquaredNorm(network.params).sqrt().item<double>()}}, {}};
  }
};

}  // namespace

std::unique_ptr<Probe> MakeParameterNormProbe() { return std::make_unique<ParameterNormProbe>(); }

}  // namespace geometer::geometry
