#include "worker/geometry/probes/stability.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>

#include <complex>
#include <limits>
#include <utility>

#include "worker/geometry/probes/eigen_search.h"
#include "worker/geometry/probes/stepped_loss.h"
#include "worker/geometry/stability.h"

namespace geometer::geometry {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Dot(const at::Tensor& a, const at::Tensor& b) { return at::dot(a, b).item<double>(); }

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
    const Landscape landscape = SteppedLoss(subject);
    const Landscape::Slope slope = landscape.At(Theta(subject));
    Eigenpairs found =
        FindEigenpairs(subject, slope.hessian, "probe/stability", warm_start, options_);
    NamedTensors next = WarmStart(found);
    const int64_t products = found.products;
    found.pairs.resize(options_.k, {kNan, kNan, false, {}});
    Reading reading{{}, std::move(next)};
    AddDirections(subject, found, slope.gradient, reading.measurements);
    for (Measurement& m : reading.measurements) m.samples = products;
    AddThreshold(subject, found, reading.measurements);
    AddStep(subject, landscape, slope, reading.measurements);
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
  static void AddStep(const Subject& subject, const Landscape& landscape,
                      const Landscape::Slope& slope, std::vector<Measurement>& to) {
    const double h = subject.learning_rate;
    const double norm = slope.gradient.norm().item<double>();
    const at::Tensor direction = slope.gradient / norm, theta = Theta(subject);
    const at::Tensor bent = slope.hessian(direction);
    const double decrease = landscape.Value(theta) - landscape.Value(theta - h * slope.gradient);
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
