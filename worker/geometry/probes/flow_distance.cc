#include "worker/geometry/probes/flow_distance.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

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

// A flow beside descent, integrated by all substeps and by half of them.
struct Path {
  const char* quantity;
  VectorField field;
  at::Tensor fine, coarse;
};

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
    const at::Tensor start = Theta(exact);
    std::vector<Path> paths;
    for (const Flow flow : options_.flows) {
      paths.push_back(
          {QuantityOf(flow), MakeFlow(flow, landscape, h, options_.max_products), start, start});
    }
    Reading reading;
    at::Tensor theta = start;
    for (int64_t j = 1; j <= options_.steps; ++j) {
      theta = theta - h * landscape.Gradient(theta);
      reading.measurements.push_back({"descent_length", Distance(theta, start), j});
      for (Path& path : paths) reading.measurements.push_back(Advance(h, theta, j, path));
    }
    return reading;
  }

 private:
  // The distance of `path`, one step of descent further, from θ_j.
  Measurement Advance(double h, const at::Tensor& theta, int64_t j, Path& path) const {
    path.fine = Integrate(path.field, path.fine, h, options_.substeps);
    path.coarse = Integrate(path.field, path.coarse, h, options_.substeps / 2);
    Measurement m{path.quantity, Distance(path.fine, theta), j};
    const double error = Distance(path.fine, path.coarse) / 15;
    const double rounding = std::numeric_limits<double>::epsilon() * theta.norm().item<double>();
    m.residual = error == 0 ? 0 : error / std::max(m.value, rounding);
    m.converged = error <= std::max(options_.tolerance * m.value, rounding);
    return m;
  }

  const FlowDistanceOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeFlowDistanceProbe(const FlowDistanceOptions& options) {
  return std::make_unique<FlowDistanceProbe>(options);
}

}  // namespace geometer::geometry
