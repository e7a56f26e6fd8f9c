#include "worker/geometry/flows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "worker/geometry/matrix_function.h"
#include "worker/geometry/stability.h"

namespace geometer::geometry {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

at::Tensor Modified(const Landscape& landscape, double h, const at::Tensor& theta) {
  const Landscape::Slope at = landscape.At(theta);
  return -(at.gradient + h / 2 * at.hessian(at.gradient));
}

// −(h²/12)D³L[g, g].
at::Tensor NonPrincipalTerm(const Landscape& landscape, double h, const at::Tensor& theta,
                            const at::Tensor& gradient) {
  return -h * h / 12 * landscape.ThirdDerivative(theta, gradient, gradient);
}

at::Tensor ThirdOrder(const Landscape& landscape, double h, const at::Tensor& theta) {
  const Landscape::Slope at = landscape.At(theta);
  const at::Tensor bent = at.hessian(at.gradient);
  const at::Tensor principal = at.gradient + h / 2 * bent + h * h / 3 * at.hessian(bent);
  return NonPrincipalTerm(landscape, h, theta, at.gradient) - principal;
}

// α(hλ), where it is real.
double RealCoefficient(double z) { return z < 1 ? PrincipalFlowCoefficient(z).real() : kNan; }

at::Tensor PrincipalTerms(const Landscape::Slope& at, double h, int64_t max_products) {
  const FunctionProduct product = MultiplyByFunction(
      at.hessian, at.gradient, [h](double eigenvalue) { return RealCoefficient(h * eigenvalue); },
      {.max_products = max_products});
  return product.converged ? product.value : at::full_like(product.value, kNan);
}

// Dormand and Prince's coefficients: the rows of stages 2 … 7, the last of which is the solution of
// order 5, and the weights of its difference to that of order 4.
const std::vector<std::vector<double>> kStages = {
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
const std::vector<double> kErrors = {71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                     -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

// theta + dt·Σ weights_i·slopes_i.
at::Tensor Along(const at::Tensor& theta, double dt, const std::vector<double>& weights,
                 const std::vector<at::Tensor>& slopes) {
  at::Tensor there = theta;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] != 0) there = there + dt * weights[i] * slopes[i];
  }
  return there;
}

// The next step's length over this one's, after an error of a share `error` of the tolerance.
double Stretch(double error) {
  constexpr double kSafety = 0.9;
  constexpr double kMost = 5;
  constexpr double kLeast = 0.2;
  if (!std::isfinite(error)) return kLeast;
  return std::clamp(kSafety * std::pow(std::max(error, 1e-10), -0.2), kLeast, kMost);
}

}  // namespace

VectorField MakeFlow(Flow flow, const Landscape& landscape, double h, int64_t max_products) {
  switch (flow) {
    case Flow::kGradient:
      return [=](const at::Tensor& theta) { return -landscape.Gradient(theta); };
    case Flow::kModified:
      return [=](const at::Tensor& theta) { return Modified(landscape, h, theta); };
    case Flow::kThirdOrder:
      return [=](const at::Tensor& theta) { return ThirdOrder(landscape, h, theta); };
    case Flow::kPrincipal:
      return [=](const at::Tensor& theta) {
        return PrincipalTerms(landscape.At(theta), h, max_products);
      };
    case Flow::kNonPrincipal:
      return [=](const at::Tensor& theta) {
        const Landscape::Slope at = landscape.At(theta);
        return PrincipalTerms(at, h, max_products) +
               NonPrincipalTerm(landscape, h, theta, at.gradient);
      };
  }
  TORCH_CHECK(false, "expected a flow, got ", static_cast<int>(flow));
}

at::Tensor Integrate(const VectorField& field, const at::Tensor& theta, double time,
                     int64_t steps) {
  TORCH_CHECK(steps >= 1, "expected at least one step, got ", steps);
  const double dt = time / static_cast<double>(steps);
  at::Tensor at = theta;
  for (int64_t i = 0; i < steps; ++i) {
    const at::Tensor k1 = field(at);
    const at::Tensor k2 = field(at + dt / 2 * k1);
    const at::Tensor k3 = field(at + dt / 2 * k2);
    const at::Tensor k4 = field(at + dt * k3);
    at = at + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return at;
}

at::Tensor IntegrateAdaptively(const VectorField& field, const at::Tensor& theta, double time,
                               const AdaptiveOptions& options) {
  at::Tensor at = theta;
  std::vector<at::Tensor> slopes = {field(at)};
  const double least = 1e-12 * time;  // no step succeeds where the field has no value
  double left = time;
  double dt = time;
  for (int64_t i = 0; i < options.max_steps && left > 0 && dt > least; ++i) {
    dt = std::min(dt, left);
    slopes.resize(1);
    at::Tensor there;
    for (const std::vector<double>& stage : kStages) {
      there = Along(at, dt, stage, slopes);
      slopes.push_back(field(there));
    }
    const at::Tensor difference = Along(at::zeros_like(at), dt, kErrors, slopes);
    const double error = difference.norm().item<double>() / options.tolerance;
    if (error <= 1) {
      at = there;
      left -= dt;
      slopes[0] = slopes.back();  // the last stage is the next step's first
    }
    dt *= Stretch(error);
  }
  return left > 0 ? at::full_like(at, kNan) : at;
}

}  // namespace geometer::geometry
