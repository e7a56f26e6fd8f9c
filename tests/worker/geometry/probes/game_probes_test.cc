#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linalg_eigvals.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "tests/worker/geometry/games/function_game.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/games/dirac_gan.h"
#include "worker/geometry/games/linear.h"
#include "worker/geometry/probes/game_drift.h"
#include "worker/geometry/probes/game_jacobian.h"

namespace geometer::geometry {
namespace {

Subject SubjectOf(const Game& game, const at::Tensor& phi, const at::Tensor& theta,
                  const Pace& pace, size_t player = 0) {
  Subject subject;
  subject.sample = {at::zeros({1, 1}, at::kDouble), at::zeros({1, 1}, at::kDouble)};
  subject.match = Match{.game = &game, .at = {Tensors{phi}, Tensors{theta}}, .pace = pace};
  subject.match->player = player;
  return subject;
}

at::Tensor Point(double value) { return at::tensor({value}, at::kDouble); }

Measurement Find(const Reading& reading, const std::string& quantity, int64_t index = 0) {
  for (const Measurement& m : reading.measurements) {
    if (m.quantity == quantity && m.index.value_or(0) == index) return m;
  }
  ADD_FAILURE() << "no " << quantity;
  return {};
}

double ValueOf(const Reading& reading, const std::string& quantity, int64_t index = 0) {
  return Find(reading, quantity, index).value;
}

// Of the linear game ∂R_self/∂φ = ε(εφ − θ); ∂R_interaction/∂φ = −(φ + εθ).
TEST(GameDriftTest, OfTheLinearGameInClosedForm) {
  constexpr double kFriction = 0.2, kPhi = 0.8, kTheta = -0.5;
  const auto game = MakeLinearGame(kFriction);
  const Pace pace{{0.3, 0.1}, {1, 1}, false};
  const Reading reading = MakeGameDriftProbe(DriftConvention::kSingleClock)
                              ->Measure(SubjectOf(*game, Point(kPhi), Point(kTheta), pace), {});
  const double g = kFriction * kPhi - kTheta;
  const double interaction = -(0.1 / 2) * (kPhi + kFriction * kTheta);
  EXPECT_NEAR(ValueOf(reading, "loss"), kFriction / 2 * kPhi * kPhi - kPhi * kTheta, 1e-14);
  EXPECT_NEAR(ValueOf(reading, "gradient_norm"), std::abs(g), 1e-14);
  EXPECT_NEAR(ValueOf(reading, "self_drift"), std::abs(0.3 / 2 * kFriction * g), 1e-14);
  EXPECT_NEAR(ValueOf(reading, "interaction_drift"), std::abs(interaction), 1e-14);
  EXPECT_NEAR(ValueOf(reading, "interaction_slope"), interaction / g, 1e-14);
  const Reading paper = MakeGameDriftProbe(DriftConvention::kPaper)
                            ->Measure(SubjectOf(*game, Point(kPhi), Point(kTheta), pace), {});
  EXPECT_NEAR(ValueOf(paper, "interaction_drift"), 3 * std::abs(interaction), 1e-14);
}

// MG J.1.8: J = [[−ε, 1], [−1, −ε]] times the rates; its eigenvalues h(−ε ± i).
TEST(GameJacobianTest, OfTheLinearGameInClosedForm) {
  const auto game = MakeLinearGame(0.09);
  const Subject subject = SubjectOf(*game, Point(0.07), Point(-0.09), {{0.2, 0.2}, {1, 1}, false});
  const Reading reading = MakeGameJacobianProbe({})->Measure(subject, {});
  for (const int64_t i : {0, 1}) {
    EXPECT_NEAR(ValueOf(reading, "eigenvalue_real", i), -0.018, 1e-14);
    EXPECT_NEAR(std::abs(ValueOf(reading, "eigenvalue_imaginary", i)), 0.2, 1e-14);
    EXPECT_TRUE(*Find(reading, "eigenvalue_real", i).converged);
  }
  EXPECT_NEAR(ValueOf(reading, "spectral_radius"), 1.00216, 1e-5);  // the table of J.1.8
}

// MG J-T7: |eig| = √(1 + h²/4) of a Dirac GAN at 0 with equal rates.
TEST(GameJacobianTest, OfTheDiracGanAtItsEquilibrium) {
  const auto game = MakeDiracGan();
  for (const double h : {0.05, 0.1, 0.4}) {
    const Subject subject = SubjectOf(*game, Point(0), Point(0), {{h, h}, {1, 1}, false});
    EXPECT_NEAR(ValueOf(MakeGameJacobianProbe({})->Measure(subject, {}), "spectral_radius"),
                std::sqrt(1 + h * h / 4), 1e-14);
  }
}

// The whole Jacobian of a game of five numbers, by differences of the losses' gradients.
TEST(GameJacobianTest, OfACoupledGameByDifferences) {
  const FunctionGame game(CoupledLoss);
  const Pace pace{{0.1, 0.04}, {1, 1}, false};
  const auto field = [&](const at::Tensor& x) {
    const at::Tensor leaf = x.detach().requires_grad_();
    const at::Tensor phi = leaf.slice(0, 0, 3), theta = leaf.slice(0, 3, 5);
    const at::Tensor first = Gradient(CoupledLoss(0, phi, theta), {leaf})[0].slice(0, 0, 3);
    const at::Tensor second = Gradient(CoupledLoss(1, phi, theta), {leaf})[0].slice(0, 3, 5);
    return at::cat({-0.1 * first, -0.04 * second});
  };
  const at::Tensor x = at::cat({CoupledPhi(), CoupledTheta()});
  at::Tensor jacobian = at::zeros({5, 5}, at::kDouble);
  constexpr double kStep = 1e-5;
  for (int64_t i = 0; i < 5; ++i) {
    at::Tensor step = at::zeros({5}, at::kDouble);
    step[i] = kStep;
    jacobian.select(1, i) = (field(x + step) - field(x - step)) / (2 * kStep);
  }
  double radius = 0;
  const at::Tensor values = at::linalg_eigvals(jacobian);
  for (int64_t i = 0; i < 5; ++i) {
    radius = std::max(radius,
                      std::abs(1.0 + std::complex<double>(values[i].item<c10::complex<double>>())));
  }
  const Subject subject = SubjectOf(game, CoupledPhi(), CoupledTheta(), pace);
  EXPECT_NEAR(ValueOf(MakeGameJacobianProbe({.k = 1})->Measure(subject, {}), "spectral_radius"),
              radius, 1e-9);
}

TEST(GameJacobianTest, OfADivergedGameIsNotANumber) {
  const auto game = MakeDiracGan();
  const double nan = std::nan("");
  const Subject subject = SubjectOf(*game, Point(nan), Point(1), {{0.1, 0.1}, {1, 1}, false});
  const Reading reading = MakeGameJacobianProbe({})->Measure(subject, {});
  EXPECT_TRUE(std::isnan(ValueOf(reading, "spectral_radius")));
  EXPECT_FALSE(*Find(reading, "eigenvalue_real", 1).converged);
}

}  // namespace
}  // namespace geometer::geometry
