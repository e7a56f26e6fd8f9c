#include "worker/geometry/probes/geometric_complexity.h"

#include <ATen/ops/cat.h>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

class GeometricComplexityProbe : public Probe {
 public:
  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Network network = Detached(subject.network, /*track=*/false);
    Tensors norms;
    for (const Examples& chunk : Chunks(subject.sample, subject.chunk_size)) {
      const at::Tensor inputs = chunk.inputs.detach().requires_grad_();
      const at::Tensor output = network.Forward(inputs, Mode::kEvaluation).output;
      norms.push_back(InputJacobianSquaredNorms(output, inputs));
    }
    return {{MeanOverExamples("geometric_complexity", at::cat(norms))}, {}};
  }
};

}  // namespace

std::unique_ptr<Probe> MakeGeometricComplexityProbe() {
  return std::make_unique<GeometricComplexityProbe>();
}

}  // namespace geometer::geometry
