#include "worker/geometry/probes/function_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_unique.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linspace.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "worker/geometry/input_jacobian.h"

namespace geometer::geometry {
namespace {

// f at increasing inputs, float64.
struct Curve {
  at::Tensor x;              // [n]
  at::Tensor values;         // [n, K]
  at::Tensor squared_slope;  // [n], |f′|²
};

at::Tensor EvenGrid(const at::Tensor& inputs, int64_t points) {
  const at::Tensor ends = inputs.to(at::kDouble);
  return at::linspace(ends.min().item(), ends.max().item(), points, ends.options())
      .to(inputs.scalar_type());
}

at::Tensor Increasing(const at::Tensor& x) { return std::get<0>(at::_unique(x, /*sorted=*/true)); }

Curve Trace(const Subject& subject, const at::Tensor& x) {
  const Network network = Detached(subject.network, /*track=*/false);
  std::vector<int64_t> shape = subject.sample.inputs.sizes().vec();
  Tensors values, slopes;
  for (const at::Tensor& chunk : x.split(subject.chunk_size)) {
    shape[0] = chunk.size(0);
    const at::Tensor inputs = chunk.view(shape).detach().requires_grad_();
    const at::Tensor output = network.Forward(inputs, Mode::kEvaluation).output;
    const InputJacobian jacobian(output, inputs);
    slopes.push_back(SquaredNorms(jacobian.rows() > 1 ? jacobian.Transposed() : jacobian));
    values.push_back(output.detach().to(at::kDouble));
  }
  return {x.to(at::kDouble), at::cat(values), at::cat(slopes)};
}

// |Δf|² between neighbours, [n − 1].
at::Tensor SquaredRises(const Curve& curve) { return curve.values.diff(1, 0).square().sum(1); }

double ArcLength(const Curve& curve) {
  return (curve.x.diff().square() + SquaredRises(curve)).sqrt().sum().item<double>();
}

double EnergyOfChords(const Curve& curve) {
  return 0.5 * (SquaredRises(curve) / curve.x.diff()).sum().item<double>();
}

double Integral(const Curve& curve, const at::Tensor& integrand) {
  const int64_t n = integrand.size(0);
  const at::Tensor means = (integrand.slice(0, 1, n) + integrand.slice(0, 0, n - 1)) / 2;
  return (means * curve.x.diff()).sum().item<double>();
}

class FunctionShapeProbe : public Probe {
 public:
  explicit FunctionShapeProbe(const FunctionShapeOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& /*warm_start*/) const override {
    const at::Tensor inputs = subject.sample.inputs.flatten();
    TORCH_CHECK(inputs.size(0) == subject.sample.size(),
                "expected inputs of one number each, got shape ", subject.sample.inputs.sizes());
    const Curve data = Trace(subject, Increasing(inputs));
    const at::Tensor grid = EvenGrid(inputs, options_.points);
    const Curve curve = Trace(subject, Increasing(at::cat({inputs, grid})));
    Reading reading;
    AddLengths(data, curve, reading);
    AddIntegrals(data, curve, reading);
    if (options_.snapshot > 0) {
      AddSnapshot(Trace(subject, EvenGrid(inputs, options_.snapshot)), reading);
    }
    return reading;
  }

 private:
  static void Add(std::string quantity, double value, const Curve& curve, Reading& reading) {
    Measurement measurement{std::move(quantity), value};
    measurement.samples = curve.x.size(0);
    reading.measurements.push_back(measurement);
  }

  static void AddLengths(const Curve& data, const Curve& curve, Reading& reading) {
    Add("arc_length", ArcLength(curve), curve, reading);
    Add("arc_length_on_data", ArcLength(data), data, reading);
  }

  static void AddIntegrals(const Curve& data, const Curve& curve, Reading& reading) {
    const double energy = Integral(curve, curve.squared_slope) / 2;
    const double volume = Integral(curve, (1 + curve.squared_slope).sqrt());
    Add("dirichlet_energy", energy, curve, reading);
    reading.measurements.back().residual = Distance(energy, EnergyOfChords(curve));
    Add("dirichlet_energy_on_data", EnergyOfChords(data), data, reading);
    Add("graph_volume", volume, curve, reading);
    reading.measurements.back().residual = Distance(volume, ArcLength(curve));
  }

  // Relative, 0 between equals.
  static double Distance(double value, double other) {
    return value == other ? 0 : std::abs(value - other) / std::max(value, other);
  }

  static void AddSnapshot(const Curve& snapshot, Reading& reading) {
    const at::Tensor values = snapshot.values.flatten();
    for (int64_t i = 0; i < snapshot.x.size(0); ++i) {
      reading.measurements.push_back({"function_input", snapshot.x[i].item<double>(), i});
    }
    for (int64_t i = 0; i < values.size(0); ++i) {
      reading.measurements.push_back({"function_value", values[i].item<double>(), i});
    }
  }

  const FunctionShapeOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeFunctionShapeProbe(const FunctionShapeOptions& options) {
  return std::make_unique<FunctionShapeProbe>(options);
}

}  // namespace geometer::geometry
