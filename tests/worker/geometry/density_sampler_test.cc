#include "worker/geometry/density_sampler.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/morse_kernel.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

using Kind = MorseKernelKind;

at::Tensor Point(const std::vector<double>& values) {
  return at::tensor(values, at::kDouble).unsqueeze(0);
}

// −log K(φ(x), 0) of points [n, d].
Potential PotentialOf(MorseKernel kernel, std::function<at::Tensor(const at::Tensor&)> phi) {
  return [kernel, phi = std::move(phi)](const at::Tensor& x) {
    return -kernel.Log(phi(x).square().sum(1));
  };
}

at::Tensor Identity(const at::Tensor& x) { return x; }

const Box kWide = {at::full({2}, -100.0, at::kDouble), at::full({2}, 100.0, at::kDouble)};

at::Tensor Flow(const Potential& potential, const at::Tensor& start, int64_t steps, double dt) {
  return Sample(potential, start, kWide, {.steps = steps, .step_size = dt, .gradient_clip = 1e9},
                {});
}

// MG I-T4: of φ = |x|² − 1 the mode is the unit circle; the Hessian of V, by differences, is 0
// along it and 4λ across.
TEST(DensitySamplerTest, OnTheUnitCircleThePotentialIsFlatAlongAndCurvedAcross) {
  const Potential circle = PotentialOf({Kind::kGaussian, 2.5}, [](const at::Tensor& x) {
    return x.square().sum(1, /*keepdim=*/true) - 1;
  });
  const at::Tensor mode = Point({0.6, 0.8});
  const double h = 1e-4;
  const auto second = [&](const at::Tensor& a, const at::Tensor& b) {
    const auto v = [&](const at::Tensor& x) { return circle(x).item<double>(); };
    return (v(mode + h * (a + b)) - v(mode + h * (a - b)) - v(mode - h * (a - b)) +
            v(mode - h * (a + b))) /
           (4 * h * h);
  };
  const at::Tensor e1 = Point({1, 0}), e2 = Point({0, 1});
  const at::Tensor hessian =
      at::tensor({second(e1, e1), second(e1, e2), second(e2, e1), second(e2, e2)}, at::kDouble)
          .view({2, 2});
  const at::Tensor eigenvalues = at::linalg_eigvalsh(hessian);
  EXPECT_NEAR(eigenvalues[0].item<double>(), 0, 1e-3);
  EXPECT_NEAR(eigenvalues[1].item<double>(), 4 * 2.5, 1e-3);
}

TEST(DensitySamplerTest, TheFlowEndsOnTheNearestPointOfTheCircle) {
  const Potential circle = PotentialOf({Kind::kGaussian, 2.5}, [](const at::Tensor& x) {
    return x.square().sum(1, /*keepdim=*/true) - 1;
  });
  const at::Tensor ends = Flow(circle, at::stack({Point({0.1, 0.2}), Point({-3, 1})}).squeeze(1),
                               /*steps=*/2000, /*dt=*/0.005);
  EXPECT_NEAR(ends[0][0].item<double>(), 1 / std::sqrt(5), 1e-6);
  EXPECT_NEAR(ends[0][1].item<double>(), 2 / std::sqrt(5), 1e-6);
  EXPECT_NEAR(ends[1][0].item<double>(), -3 / std::sqrt(10), 1e-6);
}

// MG I-T6: near a mode V falls at the rate 2λs², s the smallest singular value of ∂φ/∂x there; here
// φ bends and s = 0.6 at the mode 0.
TEST(DensitySamplerTest, NearAModeThePotentialFallsAtTheRateOfTheFlattestDirection) {
  const Potential potential = PotentialOf({Kind::kGaussian, 1.7}, [](const at::Tensor& x) {
    const at::Tensor a = x.select(1, 0), b = x.select(1, 1);
    return at::stack({1.5 * a.tanh() + 0.3 * b.square(), 0.6 * b.sin() + a * b}, 1);
  });
  const double dt = 0.002;
  const at::Tensor late = Flow(potential, Point({0.2, 0.3}), /*steps=*/2000, dt);
  const at::Tensor later = Flow(potential, late, /*steps=*/500, dt);
  const double rate = std::log((potential(late) / potential(later)).item<double>()) / (500 * dt);
  EXPECT_NEAR(rate / (2 * 1.7 * 0.36), 1, 0.02);
}

// MG I-T7: r falls linearly, to within a step of 0 at the time r₀/λ.
TEST(DensitySamplerTest, TheFlowOfLaplaceArrivesAtItsTimeAndOscillates) {
  const double lambda = 2.5, dt = 1e-3, r0 = std::hypot(0.6, 0.8);
  const Potential potential = PotentialOf({Kind::kLaplace, lambda}, Identity);
  const auto radius = [&](double share) {
    const auto steps = static_cast<int64_t>(std::lround(share * r0 / lambda / dt));
    return Flow(potential, Point({0.6, 0.8}), steps, dt).norm().item<double>();
  };
  EXPECT_NEAR(radius(0.5), r0 / 2, 1e-9);
  EXPECT_NEAR(radius(0.99), 0.01 * r0, 1e-9);
  EXPECT_LE(radius(1.01), dt * lambda * 1.0001);
}

// Langevin dynamics of V = r²/2 have the law N(0, 1/β), up to the error of steps: variance
// 1/(β(1 − dt/2)) exactly for this linear scheme.
TEST(DensitySamplerTest, LangevinHasTheLawOfTheDensityToThePowerBeta) {
  const double beta = 4, dt = 0.1;
  const at::Tensor ends =
      Sample(PotentialOf({}, Identity), at::zeros({20000, 2}, at::kDouble), kWide,
             {.steps = 60, .step_size = dt, .inverse_temperature = beta}, MakeGenerator(3, "xi"));
  const double variance = 1 / (beta * (1 - dt / 2));
  EXPECT_NEAR(ends.square().mean().item<double>(), variance, 4 * variance * std::sqrt(2.0 / 40000));
  EXPECT_NEAR(ends.mean().item<double>(), 0, 4 * std::sqrt(variance / 40000));
}

TEST(DensitySamplerTest, PointsStayInTheirBoxAndLongGradientsAreCut) {
  const Potential outwards = [](const at::Tensor& x) { return -x.square().sum(1); };
  const Box box = Box::Around(at::stack({Point({-1, 0}), Point({1, 4})}).squeeze(1), 0.5);
  const at::Tensor start = box.Draw(50, MakeGenerator(1, "box"));
  const at::Tensor ends = Sample(outwards, start, box, {.steps = 500, .step_size = 0.1}, {});
  EXPECT_LE((ends.select(1, 0).abs() - 0.5).max().item<double>(), 0);
  EXPECT_LE((ends.select(1, 1) - 2).abs().max().item<double>(), 1);
  const at::Tensor one = Sample(PotentialOf({}, Identity), Point({30, 40}), kWide,
                                {.steps = 1, .step_size = 0.1, .gradient_clip = 10}, {});
  EXPECT_NEAR(one.norm().item<double>(), 50 - 0.1 * 10, 1e-12);
}

TEST(DensitySamplerTest, ChunksChangeNoPoint) {
  const Potential potential = PotentialOf({}, Identity);
  const at::Tensor start = Noise({7, 2}, "start");
  SamplerOptions options{.steps = 5, .inverse_temperature = 1};
  const at::Tensor whole = Sample(potential, start, kWide, options, MakeGenerator(1, "xi"));
  options.chunk_size = 3;
  EXPECT_TRUE(whole.equal(Sample(potential, start, kWide, options, MakeGenerator(1, "xi"))));
}

}  // namespace
}  // namespace geometer::geometry
