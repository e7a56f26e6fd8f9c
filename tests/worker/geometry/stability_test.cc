#include "worker/geometry/stability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace geometer::geometry {
namespace {

// The largest |θ| late in a descent on zθ²/2 with h = 1 from θ = 1, v = 0, written from the update.
double LateInDescent(const DescentForm& form, double z) {
  double theta = 1, v = 0, largest = 0;
  for (int step = 0; step < 30000 && largest < 1e6; ++step) {
    const double g = z * theta;
    v = form.momentum * v + (1 - form.dampening) * g;
    theta -= form.nesterov ? g + form.momentum * v : v;
    if (step > 20000 || std::abs(theta) > 1e3) largest = std::max(largest, std::abs(theta));
  }
  return largest;
}

void ExpectEdgeAt(double threshold, const DescentForm& form) {
  EXPECT_NEAR(StabilityThreshold(form), threshold, 1e-12);
  EXPECT_LT(LateInDescent(form, 0.999 * threshold), 1e-2);
  EXPECT_GT(LateInDescent(form, 1.001 * threshold), 1e3);
}

// GD T27
TEST(StabilityTest, DescentConvergesBelowItsThresholdAndDivergesAboveIt) {
  ExpectEdgeAt(2, {});
  for (const double beta : {0.3, 0.5, 0.9}) {
    ExpectEdgeAt(2 * (1 + beta), {.momentum = beta});
    ExpectEdgeAt(2 * (1 + beta) / (1 + 2 * beta), {.momentum = beta, .nesterov = true});
    ExpectEdgeAt(2 * (1 + beta) / (1 - beta), {.momentum = beta, .dampening = beta});
  }
}

// −log of the update's slow root on a quadratic of curvature z with h = 1, by the quadratic formula
// from the trace and determinant of its matrix in (θ, v).
double SlowRate(const DescentForm& form, double z) {
  const double beta = form.momentum, part = (1 - form.dampening) * z;
  const double taken = form.nesterov ? z + beta * part : part;
  const double kept = form.nesterov ? beta * beta : beta;
  const double trace = 1 - taken + beta, determinant = beta * (1 - taken) + kept * part;
  return -std::log((trace + std::sqrt(trace * trace - 4 * determinant)) / 2);
}

// GD 7: the flow of L + c‖∇L‖² decays at (λ + 2cλ²)(1 − τ)/(1 − β); the rest is of order z³.
TEST(StabilityTest, TheImplicitPenaltyGivesTheSlowRootToSecondOrder) {
  for (const DescentForm& form : {DescentForm{.momentum = 0.5},
                                  {.momentum = 0.9},
                                  {.momentum = 0.9, .dampening = 0.9},
                                  {.momentum = 0.6, .nesterov = true}}) {
    const double speed = (1 - form.dampening) / (1 - form.momentum);
    const auto miss = [&](double z) {
      const double c = ImplicitPenalty(form, 1);
      return std::abs(SlowRate(form, z) - speed * (z + 2 * c * z * z));
    };
    EXPECT_NEAR(std::log2(miss(2e-4) / miss(1e-4)), 3, 0.1) << form.momentum;
  }
  EXPECT_EQ(ImplicitPenalty({}, 0.2), 0.05);
}

struct AlphaRow {
  double z, real, imaginary;
};

// GD T6
// The table of 5.1, to its digits.
TEST(StabilityTest, TheCoefficientIsThatOfTheTable) {
  for (const auto& [z, real, imaginary] : {AlphaRow{-2, -.5493, 0},
                                           {-1, -.6931, 0},
                                           {.5, -1.3863, 0},
                                           {.9, -2.5584, 0},
                                           {.99, -4.6517, 0},
                                           {1.5, -.46210, 2.09440},
                                           {1.8, -.12397, 1.74533},
                                           {2.1, .04539, 1.496},
                                           {3, .23105, 1.0472}}) {
    EXPECT_NEAR(PrincipalFlowCoefficient(z).real(), real, 5.1e-5) << z;
    EXPECT_NEAR(PrincipalFlowCoefficient(z).imag(), imaginary, 5.1e-5) << z;
  }
}

// GD T6
TEST(StabilityTest, TheCoefficientReproducesAStepOfDescent) {
  for (const double z : {-2.0, -1e-3, 1e-12, 0.3, 0.999, 1.001, 1.5, 1.8, 2.1, 3.0}) {
    const std::complex<double> factor = std::exp(PrincipalFlowCoefficient(z) * z);
    EXPECT_NEAR(factor.real(), 1 - z, 1e-12) << z;
    EXPECT_NEAR(std::abs(factor), std::abs(1 - z), 1e-12) << z;
  }
}

// GD T6
TEST(StabilityTest, TheRealPartChangesItsSignAtTwo) {
  EXPECT_EQ(PrincipalFlowCoefficient(2).real(), 0);
  EXPECT_NEAR(PrincipalFlowCoefficient(2).imag(), std::numbers::pi / 2, 1e-12);
  EXPECT_LT(PrincipalFlowCoefficient(2 - 1e-6).real(), 0);
  EXPECT_GT(PrincipalFlowCoefficient(2 + 1e-6).real(), 0);
}

// log(1 − z)/z without log1p gives −1.00000008 at 1e−9.
TEST(StabilityTest, TheCoefficientIsExactNearZero) {
  EXPECT_EQ(PrincipalFlowCoefficient(0).real(), -1);
  for (const double z : {1e-9, -1e-9, 2e-8, -2e-8, 1e-6}) {
    EXPECT_NEAR(PrincipalFlowCoefficient(z).real(), -1 - z / 2 - z * z / 3, 1e-15) << z;
  }
}

TEST(StabilityTest, TheSingularPointIsFiniteAndNanStaysNan) {
  EXPECT_EQ(PrincipalFlowCoefficient(1).real(), -100);
  EXPECT_TRUE(
      std::isnan(PrincipalFlowCoefficient(std::numeric_limits<double>::quiet_NaN()).real()));
}

}  // namespace
}  // namespace geometer::geometry
