#include "worker/geometry/flows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>

#include <limits>

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

}  // namespace geometer::geometry
