#include "worker/geometry/probes/flow_distance.h"

#include <ATen/TensorOperators.h>

#include <utility>

#include "worker/geometry/probes/stepped_loss.h"

namespace geometer::geometry {
namespace {

const char* QuantityOf(Flow flow) {
  switch (flow) {
    case Flow::kGradient:
      return "gradient_flow_distance";
    case Flow::kModified:
      return "modified_flow_distance";
    case Flow::kThirdOrder:
      return "third_order_flow_distance";
    case Flow::kPrincipal:
      return "principal_flow_distance";
    case Flow::kNonPrincipal:
      return "non_principal_flow_distance";
  }
  TORCH_CHECK(false, "expected a flow, got ", static_cast<int>(flow));
}

double Distance(const at::Tensor& a, const at::Tensor& b) { return (a - b).norm().item<double>(); }

// θ₀, …, θ_n.
Tensors Descend(const Landscape& landscape, const at::Tensor& theta, double h, int64_t steps) {
  Tensors path = {theta};
  for (int64_t j = 0; j < steps; ++j) {
    path.push_back(path.back() - h * landscape.Gradient(path.back()));
  }
  return path;
}

class FlowDistanceProbe : public Probe {
 public:
  explicit FlowDistanceProbe(FlowDistanceOptions options) : options_(std::move(options)) {
    TORCH_CHECK(options_.substeps % 2 == 0, "expected an even number of substeps, got ",
                options_.substeps);
  }

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const Subject exact = InDouble(subject);
    const Landscape landscape = SteppedLoss(exact);
    const double h = subject.learning_rate;
    const Tensors path = Descend(landscape, Theta(exact), h, options_.steps);
    Reading reading;
    for (int64_t j = 1; j <= options_.steps; ++j) {
      reading.measurements.push_back({"descent_length", Distance(path[j], path[0]), j});
    }
    for (const Flow flow : options_.flows) {
      AddDistances(QuantityOf(flow), MakeFlow(flow, landscape, h, options_.max_products), h, path,
                   reading);
    }
    return reading;
  }

 private:
  void AddDistances(const char* quantity, const VectorField& field, double h, const Tensors& path,
                    Reading& reading) const {
    at::Tensor fine = path[0], coarse = path[0];
    for (int64_t j = 1; j <= options_.steps; ++j) {
      fine = Integrate(field, fine, h, options_.substeps);
      coarse = Integrate(field, coarse, h, options_.substeps / 2);
      Measurement m{quantity, Distance(fine, path[j]), j};
      m.residual = Distance(fine, coarse) / 15 / m.value;
      m.converged = *m.residual <= options_.tolerance;
      reading.measurements.push_back(m);
    }
  }

  const FlowDistanceOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeFlowDistanceProbe(const FlowDistanceOptions& options) {
  return std::make_unique<FlowDistanceProbe>(options);
}

}  // namespace geometer::geometry
