#include "worker/geometry/probes/stability.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>

#include <complex>
#include <limits>
#include <utility>

#include "worker/geometry/autograd.h"
#include "worker/geometry/probes/eigen_search.h"
#include "worker/geometry/stability.h"

namespace geometer::geometry {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Dot(const at::Tensor& a, const at::Tensor& b) { return at::dot(a, b).item<double>(); }

// The function that is stepped, at the subject's parameters.
class Stepped {
 public:
  explicit Stepped(const Subject& subject)
      : subject_(subject),
        network_(Detached(subject.network, /*track=*/true)),
        hessian_(LossOf(network_), network_.params),
        theta_(Flatten(network_.params).detach().to(at::kDouble)) {}

  at::Tensor Gradient() const {
    return geometry::Gradient(LossOf(network_), network_.params) + decay() * theta_;
  }

  at::Tensor Multiply(const at::Tensor& v) const { return hessian_.Multiply(v).add_(v, decay()); }

  // The value at θ + `shift`, shape [m].
  double ValueAt(const at::Tensor& shift) const {
    const at::Tensor moved = theta_ + shift;
    Network there = Detached(network_, /*track=*/false);
    there.params = Unflatten(moved.to(network_.params[0].scalar_type()), there.params);
    const ChunkedLoss loss = LossOf(there);
    double sum = decay() / 2 * Dot(moved, moved);
    for (int64_t i = 0; i < loss.chunks; ++i) sum += loss.term(i).item<double>();
    return sum;
  }

 private:
  double decay() const { return subject_.descent.weight_decay; }

  ChunkedLoss LossOf(const Network& network) const {
    return MeanLoss(network, *subject_.objective, subject_.sample, subject_.chunk_size);
  }

  const Subject& subject_;
  const Network network_;
  const HessianOperator hessian_;
  const at::Tensor theta_;
};

// `quantity` of one eigendirection, as trustworthy as its eigenpair.
Measurement Along(const char* quantity, double value, int64_t index, const Eigenpair& pair) {
  Measurement m{quantity, value, index};
  m.residual = pair.residual;
  m.converged = pair.converged;
  return m;
}

class StabilityProbe : public Probe {
 public:
  explicit StabilityProbe(const LanczosOptions& options) : options_(options) {}

  Reading Measure(const Subject& subject, const NamedTensors& warm_start) const override {
    const Stepped stepped(subject);
    Eigenpairs found = FindEigenpairs(
        subject, [&](const at::Tensor& v) { return stepped.Multiply(v); }, "probe/stability",
        warm_start, options_);
    NamedTensors next = WarmStart(found);
    const int64_t products = found.products;
    found.pairs.resize(options_.k, {kNan, kNan, false, {}});
    const at::Tensor gradient = stepped.Gradient();
    Reading reading{{}, std::move(next)};
    AddDirections(subject, found, gradient, reading.measurements);
    for (Measurement& m : reading.measurements) m.samples = products;
    AddThreshold(subject, found, reading.measurements);
    AddStep(subject, stepped, gradient, reading.measurements);
    return reading;
  }

 private:
  static void AddDirections(const Subject& subject, const Eigenpairs& found,
                            const at::Tensor& gradient, std::vector<Measurement>& to) {
    const double squared_norm = Dot(gradient, gradient);
    Measurement total{"gradient_share_total", 0};
    for (size_t i = 0; i < found.pairs.size(); ++i) {
      const Eigenpair& pair = found.pairs[i];
      const auto index = static_cast<int64_t>(i);
      const double z = subject.learning_rate * pair.value;
      const std::complex<double> alpha = PrincipalFlowCoefficient(z);
      const double along =
          pair.vector.defined() ? Dot(gradient, pair.vector.to(at::kDouble)) : kNan;
      const double share = along * along / squared_norm;
      to.push_back(Along("eigenvalue", pair.value, index, pair));
      to.push_back(Along("h_lambda", z, index, pair));
      to.push_back(Along("gradient_share", share, index, pair));
      to.push_back(Along("alpha_real", alpha.real(), index, pair));
      to.push_back(
          Along("alpha_imaginary", pair.vector.defined() ? alpha.imag() : kNan, index, pair));
      to.push_back(Along("stability_coefficient", alpha.real() * along * along, index, pair));
      total.value += share;
    }
    to.push_back(total);
  }

  static void AddThreshold(const Subject& subject, const Eigenpairs& found,
                           std::vector<Measurement>& to) {
    const double threshold = StabilityThreshold(subject.descent);
    Measurement ratio{"stability_ratio", subject.learning_rate * found.pairs[0].value / threshold};
    ratio.residual = found.pairs[0].residual;
    ratio.converged = found.pairs[0].converged;
    to.push_back({"stability_threshold", threshold});
    to.push_back(ratio);
  }

  // What one step along −g does.
  static void AddStep(const Subject& subject, const Stepped& stepped, const at::Tensor& gradient,
                      std::vector<Measurement>& to) {
    const double h = subject.learning_rate;
    const double norm = gradient.norm().item<double>();
    const at::Tensor direction = gradient / norm;
    const at::Tensor bent = stepped.Multiply(direction);
    const double decrease = stepped.ValueAt(0 * gradient) - stepped.ValueAt(-h * gradient);
    to.push_back({"relative_drift", h / 2 * bent.norm().item<double>()});
    to.push_back({"curvature_ratio", h / 2 * Dot(direction, bent)});
    to.push_back({"linearity_ratio", decrease / (h * norm * norm)});
  }

  const LanczosOptions options_;
};

}  // namespace

std::unique_ptr<Probe> MakeStabilityProbe(const LanczosOptions& options) {
  return std::make_unique<StabilityProbe>(options);
}

}  // namespace geometer::geometry
