#include "worker/geometry/probes/parameter_norm.h"

namespace geometer::geometry {
namespace {

class ParameterNormProbe : public Probe {
 public:
  explicit ParameterNormProbe(int64_t coordinates) : coordinates_(coordinates) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/false);
    Reading reading;
    reading.measurements.push_back(
        {"parameter_norm", SquaredNorm(network.params).sqrt().item<double>()});
    int64_t told = 0;
    for (size_t i = 0; i < network.params.size() && told < coordinates_; ++i) {
      const at::Tensor first = network.params[i].flatten().slice(0, 0, coordinates_ - told);
      for (const at::Tensor& value : first.to(at::kCPU, at::kDouble).unbind(0)) {
        reading.measurements.push_back({"coordinate", value.item<double>(), told++});
      }
    }
    return reading;
  }

 private:
  const int64_t coordinates_;
};

}  // namespace

std::unique_ptr<Probe> MakeParameterNormProbe(int64_t coordinates) {
  return std::make_unique<ParameterNormProbe>(coordinates);
}

}  // namespace geometer::geometry
