#include "worker/geometry/flows.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/diag.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "tests/worker/geometry/golden_losses.h"
#include "tests/worker/geometry/slopes.h"
#include "worker/geometry/stability.h"

namespace geometer::geometry {
namespace {

// Runge-Kutta steps for an error far below what is looked at, and for one of 1e-13 at h ≤ 0.1.
constexpr int64_t kSteps = 8, kManySteps = 32;

at::Tensor Vector(double x, double y, double z) { return at::tensor({x, y, z}, at::kDouble); }

double Norm(const at::Tensor& v) { return v.norm().item<double>(); }

at::Tensor Descend(const Landscape& loss, const at::Tensor& theta, double h) {
  return theta - h * loss.Gradient(theta);
}

at::Tensor FlowFor(Flow flow, const Landscape& loss, double h, int64_t steps = kSteps) {
  return Integrate(MakeFlow(flow, loss, h), GoldenStart(), h, steps);
}

// ‖θ − θ(h)‖ after one step from the golden start.
double Miss(Flow flow, double h) {
  const Landscape loss = GoldenLandscape(1);
  return Norm(Descend(loss, GoldenStart(), h) - FlowFor(flow, loss, h));
}

// L(x) = ½xᵀAx.
Landscape Quadratic(const at::Tensor& a) {
  return LandscapeOf([a](const at::Tensor& x) { return 0.5 * x.dot(a.mv(x)); }, a[0]);
}

TEST(IntegrateTest, HasAnErrorOfFourthOrder) {
  const VectorField decay = [](const at::Tensor& x) { return -x; };
  const at::Tensor one = at::tensor({1.0}, at::kDouble);
  const auto error = [&](int64_t steps) {
    return std::abs(Integrate(decay, one, 1, steps).item<double>() - std::exp(-1));
  };
  EXPECT_NEAR(std::log2(error(8) / error(16)), 4, 0.1);
}

// GD T1: slopes 2, 3, 4, 3, 4; each flow is the negative control of the next order.
TEST(FlowTest, MissesAStepByItsOrder) {
  ExpectOrder(2, [](double h) { return Miss(Flow::kGradient, h); });
  ExpectOrder(3, [](double h) { return Miss(Flow::kModified, h); });
  ExpectOrder(4, [](double h) { return Miss(Flow::kThirdOrder, h); });
  ExpectOrder(3, [](double h) { return Miss(Flow::kPrincipal, h); });
  ExpectOrder(4, [](double h) { return Miss(Flow::kNonPrincipal, h); });
}

// GD T2
TEST(FlowTest, MissesAStepByItsConstant) {
  const Landscape loss = GoldenLandscape(1);
  const Landscape::Slope at = loss.At(GoldenStart());
  const at::Tensor bent = at.hessian(at.gradient);
  const at::Tensor third = loss.ThirdDerivative(GoldenStart(), at.gradient, at.gradient);
  EXPECT_NEAR(Miss(Flow::kGradient, 1e-3) / 1e-6 / (Norm(bent) / 2), 1, 0.01);
  const double modified = Norm(at.hessian(bent) / 3 + third / 12);
  EXPECT_NEAR(Miss(Flow::kModified, 0.02) / 8e-6 / modified, 1, 0.02);
  EXPECT_NEAR(Miss(Flow::kPrincipal, 0.02) / 8e-6 / (Norm(third) / 12), 1, 0.02);
}

// GD T4: with h = 0.1 on L₁.
TEST(FlowTest, EndsAtTheGoldenPoints) {
  const Landscape loss = GoldenLandscape(1);
  const auto expect = [&](const at::Tensor& end, const at::Tensor& golden) {
    EXPECT_TRUE(at::allclose(end, golden, 0, 1e-11)) << end << golden;
  };
  expect(Descend(loss, GoldenStart(), 0.1),
         Vector(0.0441155383647, -0.0816398599173, 0.4239028769715));
  expect(FlowFor(Flow::kGradient, loss, 0.1, kManySteps),
         Vector(0.0411607136407, -0.0790431456671, 0.4232333129625));
  expect(FlowFor(Flow::kModified, loss, 0.1, kManySteps),
         Vector(0.0439699609082, -0.0818047857089, 0.4240656909723));
  expect(FlowFor(Flow::kThirdOrder, loss, 0.1, kManySteps),
         Vector(0.0441231562301, -0.0816397050731, 0.4238939289100));
  expect(FlowFor(Flow::kPrincipal, loss, 0.1, kManySteps),
         Vector(0.0438500807154, -0.0816598059382, 0.4239770140237));
}

// GD T5: below the edge by the flow itself; n steps of descent are the flow for n·h.
TEST(FlowTest, ThePrincipalFlowIsDescentOnQuadratics) {
  const at::Tensor a = at::diag(at::tensor({-1.0, 0.1, 0.5}, at::kDouble));
  const Landscape loss = Quadratic(a);
  at::Tensor descent = GoldenStart();
  for (int step = 0; step < 2; ++step) descent = Descend(loss, descent, 1);
  const VectorField principal = MakeFlow(Flow::kPrincipal, loss, 1);
  EXPECT_TRUE(at::allclose(Integrate(principal, GoldenStart(), 2, 320), descent, 1e-10, 1e-12));
  const VectorField modified = MakeFlow(Flow::kModified, loss, 1);
  EXPECT_GT(Norm(Integrate(modified, GoldenStart(), 2, 20) - descent), 1e-2);
}

// GD T5: beyond the edge by its closed form x(t) = Σ exp(α(hλ_i)λ_i·t)(x₀·u_i)u_i: complex between
// the steps, real and equal to descent at each.
TEST(FlowTest, ThePrincipalFlowIsDescentBeyondTheEdgeToo) {
  for (const double z : {-1.0, 0.5, 1.5, 1.8, 2.1}) {
    double descent = 0.7;
    for (int n = 1; n <= 10; ++n) {
      descent *= 1 - z;
      const std::complex<double> alpha = PrincipalFlowCoefficient(z);
      const std::complex<double> at_step = 0.7 * std::exp(alpha * z * double(n));
      EXPECT_NEAR(at_step.real(), descent, 1e-12 * std::abs(descent)) << z;
      EXPECT_NEAR(at_step.imag(), 0, 1e-12 * std::abs(descent)) << z;
      const std::complex<double> halfway = 0.7 * std::exp(alpha * z * (n - 0.5));
      EXPECT_EQ(std::abs(halfway.imag()) > 1e-3 * std::abs(halfway), z > 1) << z;
    }
  }
}

// The flow dx/dt = log(1 − hE″(x))/(hE″(x))·E′(x) of E = x²/2 + x⁴/40 from 0.2 for the time h
// = 1.5; `logarithm` takes 1 − hE″, and the logarithm before.
template <typename Logarithm>
std::complex<double> QuarticFlow(const Logarithm& logarithm) {
  constexpr double kA = 0.1, kH = 1.5;
  constexpr int kParts = 20000;
  std::complex<double> x = 0.2, before = {0, std::numbers::pi};
  const auto field = [&](std::complex<double> at) {
    const std::complex<double> slope = at + kA * at * at * at, bend = 1. + 3 * kA * at * at;
    before = logarithm(1. - kH * bend, before);
    return before / (kH * bend) * slope;
  };
  for (int i = 0; i < kParts; ++i) x += kH / kParts * field(x + kH / kParts / 2 * field(x));
  return x;
}

// GD T7: across the branch cut only a logarithm that is continued along the path follows descent;
// the principal one is off by far. So the flow is refused where it would be needed.
TEST(FlowTest, AcrossTheBranchCutThePrincipalFlowIsRefused) {
  const double descent = 0.2 - 1.5 * (0.2 + 0.1 * 0.008);
  const auto continued = [](std::complex<double> w, std::complex<double> before) {
    const double turns = std::round((before.imag() - std::arg(w)) / (2 * std::numbers::pi));
    return std::log(w) + std::complex<double>(0, 2 * std::numbers::pi * turns);
  };
  EXPECT_LT(std::abs(QuarticFlow(continued) - descent), 1e-3);
  const auto principal = [](std::complex<double> w, std::complex<double>) { return std::log(w); };
  EXPECT_GT(std::abs(QuarticFlow(principal) - descent), 0.1);
  const Landscape quartic =
      LandscapeOf([](const at::Tensor& x) { return (x.square() / 2 + x.pow(4) / 40).sum(); },
                  at::tensor({0.2}, at::kDouble));
  const at::Tensor x0 = at::tensor({0.2}, at::kDouble);
  EXPECT_TRUE(std::isnan(MakeFlow(Flow::kPrincipal, quartic, 1.5)(x0).item<double>()));
  EXPECT_TRUE(std::isfinite(MakeFlow(Flow::kPrincipal, quartic, 0.9)(x0).item<double>()));
}

TEST(FlowTest, APrincipalFlowThatNeedsMoreProductsIsRefused) {
  const Landscape loss = GoldenLandscape(1);
  EXPECT_TRUE(MakeFlow(Flow::kPrincipal, loss, 0.1, 1)(GoldenStart()).isnan().all().item<bool>());
  EXPECT_TRUE(
      MakeFlow(Flow::kPrincipal, loss, 0.1, 3)(GoldenStart()).isfinite().all().item<bool>());
}

// −∇C − Σ_k weight·H_k g_k of the three golden losses' mean C: the flow of C + (weight/2)·Σ‖g_k‖².
VectorField ShuffledFlow(double weight) {
  return [weight](const at::Tensor& x) {
    at::Tensor field = -at::zeros_like(x);
    for (int k = 1; k <= 3; ++k) {
      const Landscape::Slope at = GoldenLandscape(k).At(x);
      field = field - at.gradient / 3 - weight * at.hessian(at.gradient);
    }
    return field;
  };
}

// The mean over all orders of an epoch on L_k + (λ/4)‖g_k‖², each step at rate ε.
at::Tensor MeanEpoch(double epsilon, double lambda) {
  std::vector<int> order = {1, 2, 3};
  at::Tensor sum = at::zeros({3}, at::kDouble);
  do {
    at::Tensor x = GoldenStart();
    for (const int k : order) {
      const Landscape::Slope at = GoldenLandscape(k).At(x);
      x = x - epsilon * (at.gradient + lambda / 2 * at.hessian(at.gradient));
    }
    sum += x;
  } while (std::ranges::next_permutation(order).found);
  return sum / 6;
}

// GD T4: with ε = 0.05 and the batches L₁, L₂, L₃.
TEST(FlowTest, TheMeanEpochEndsNearTheFlowOfItsModifiedLoss) {
  const double epsilon = 0.05;
  EXPECT_TRUE(at::allclose(MeanEpoch(epsilon, 0),
                           Vector(0.0201283191488, -0.0562125814901, 0.4641443349400), 0, 1e-11));
  const at::Tensor flow =
      Integrate(ShuffledFlow(epsilon / 6), GoldenStart(), 3 * epsilon, kManySteps);
  EXPECT_TRUE(
      at::allclose(flow, Vector(0.0200945725986, -0.0562197337138, 0.4641503750134), 0, 1e-11));
}

// GD T12: an explicit penalty λ = 3ε adds to the implicit one, (ε + λ)/4; λ/4 alone is the control.
TEST(FlowTest, AnExplicitPenaltyAddsToTheImplicitOne) {
  const auto miss = [](double epsilon, double coefficient) {
    const VectorField flow = ShuffledFlow(2 * coefficient / 3);
    return Norm(MeanEpoch(epsilon, 3 * epsilon) -
                Integrate(flow, GoldenStart(), 3 * epsilon, kSteps));
  };
  ExpectOrder(
      3, [&](double epsilon) { return miss(epsilon, (epsilon + 3 * epsilon) / 4); }, 0.05);
  ExpectOrder(
      2, [&](double epsilon) { return miss(epsilon, 3 * epsilon / 4); }, 0.05);
}

}  // namespace
}  // namespace geometer::geometry
