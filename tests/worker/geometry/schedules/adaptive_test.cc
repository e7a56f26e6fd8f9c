// Rates found anew at each update, on functions whose gradients and curvature are known.

#include "worker/geometry/schedules/adaptive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "worker/geometry/schedules/drift_adjusted.h"
#include "worker/geometry/schedules/polyak.h"

namespace geometer::geometry {
namespace {

using Vector = std::vector<double>;

double Dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// L = scale·½·Σ curvature_i·x_i² + minimum.
struct Quadratic {
  Vector curvature;
  double minimum = 0;
  double scale = 1;

  Vector Times(const Vector& x) const {
    Vector product(x.size());
    for (size_t i = 0; i < x.size(); ++i) product[i] = scale * curvature[i] * x[i];
    return product;
  }
  double Loss(const Vector& x) const { return Dot(x, Times(x)) / 2 + minimum; }
  Slope At(const Vector& x) const {
    const Vector g = Times(x);
    Slope slope;
    slope.loss = Loss(x);
    slope.squared_gradient = Dot(g, g);
    slope.curvature = [this, g](const ProductOptions&) {
      const Vector product = Times(g);
      return std::sqrt(Dot(product, product) / Dot(g, g));
    };
    return slope;
  }
};

double RateAt(const AdaptiveSchedule& schedule, const Quadratic& loss, const Vector& x) {
  return schedule.Rate({/*base_rate=*/0.1, 0, 100}, loss.At(x));
}

void Descend(const AdaptiveSchedule& schedule, const Quadratic& loss, Vector& x) {
  const double h = RateAt(schedule, loss, x);
  const Vector g = loss.Times(x);
  for (size_t i = 0; i < x.size(); ++i) x[i] -= h * g[i];
}

double Norm(const Vector& x) { return std::sqrt(Dot(x, x)); }

// GD T18: the cone L = ‖x‖ has slope 1 everywhere: the rate is the distance to its tip.
TEST(PolyakTest, ReachesTheTipOfAConeInOneStep) {
  EXPECT_DOUBLE_EQ(MakePolyak({})->Rate({}, {.loss = 5, .squared_gradient = 1}), 5);
}

// GD T19: on ‖x‖^p a step leaves 1 − 1/p of x; ‖∇‖ = p‖x‖^(p−1) along x.
TEST(PolyakTest, LeavesAPowersShare) {
  for (const double p : {1.5, 2.0, 3.0, 4.0}) {
    const double x = 0.7, slope = p * std::pow(x, p - 1);
    const double h =
        MakePolyak({})->Rate({}, {.loss = std::pow(x, p), .squared_gradient = slope * slope});
    EXPECT_NEAR((x - h * slope) / x, 1 - 1 / p, 1e-12);
  }
}

// GD T20: 1/(2λ_max) ≤ h ≤ 1/(2λ_min), and the distance to the minimum never rises.
TEST(PolyakTest, KeepsItsBoundsOnAConvexQuadratic) {
  const Quadratic loss{{0.127, 1, 5, 19.5}};
  Vector x = {1, -2, 0.5, 3};
  for (int step = 0; step < 300 && loss.Loss(x) > 1e-28; ++step) {
    const double h = RateAt(*MakePolyak({}), loss, x);
    EXPECT_GE(h * (1 + 1e-12), 1 / (2 * 19.5));
    EXPECT_LE(h * (1 - 1e-12), 1 / (2 * 0.127));
    const double before = Norm(x);
    Descend(*MakePolyak({}), loss, x);
    EXPECT_LE(Norm(x), before * (1 + 1e-12));
  }
}

// GD T21: where the loss can't reach f*, only a cap below 2/λ_max brings convergence.
TEST(PolyakTest, ExplodesAboveAnUnreachableMinimumUnlessCapped) {
  const Quadratic loss{{1, 3}, /*minimum=*/0.1};
  Vector x = {1, 1};
  Vector rates;
  for (int step = 0; step < 2000; ++step) {
    rates.push_back(RateAt(*MakePolyak({}), loss, x));
    Descend(*MakePolyak({}), loss, x);
  }
  std::sort(rates.begin(), rates.end());
  EXPECT_GT(rates.back(), 1000 * rates[rates.size() / 2]);
  x = {1, 1};
  for (int step = 0; step < 2000; ++step) Descend(*MakePolyak({.cap = 0.3}), loss, x);
  EXPECT_NEAR(loss.Loss(x), 0.1, 1e-12);
}

TEST(PolyakTest, ObeysFloorGrowthAndItsMinimum) {
  const Slope steep{.loss = 1, .squared_gradient = 1, .steps_per_epoch = 2, .previous_rate = 0.01};
  EXPECT_DOUBLE_EQ(MakePolyak({.minimum = 0.25})->Rate({}, steep), 0.75);
  EXPECT_DOUBLE_EQ(MakePolyak({.growth = 4})->Rate({}, steep), 0.02);
  EXPECT_DOUBLE_EQ(MakePolyak({.minimum = 2, .floor = 0.125})->Rate({}, steep), 0.125);
}

TEST(PolyakTest, CountsTheFirstGrowthFromItsFirstRate) {
  const Slope slope{.loss = 1, .squared_gradient = 1};
  EXPECT_DOUBLE_EQ(MakePolyak({.growth = 2, .first = 0.125})->Rate({}, slope), 0.25);
}

TEST(PolyakTest, GrowsAgainAfterStandingStill) {
  const Slope slope{.loss = 1, .squared_gradient = 1, .previous_rate = 0};
  EXPECT_DOUBLE_EQ(MakePolyak({.growth = 2, .first = 0.125})->Rate({}, slope), 0.25);
  EXPECT_DOUBLE_EQ(MakePolyak({.cap = 0.5, .growth = 2})->Rate({}, slope), 0.5);
}

TEST(PolyakTest, StandsStillWithoutAGradientOrALoss) {
  EXPECT_EQ(MakePolyak({})->Rate({}, {.loss = 1, .squared_gradient = 0}), 0);
  EXPECT_EQ(MakePolyak({})->Rate({}, {.loss = NAN, .squared_gradient = 1}), 0);
}

// GD T22: along an eigenvector c = 2 reverses x; c = 1 reaches the minimum.
TEST(DriftAdjustedTest, ReversesAnEigenvector) {
  const Quadratic loss{{4, 1}};
  Vector x = {0.5, 0};
  Descend(*MakeDriftAdjusted({}), loss, x);
  EXPECT_NEAR(x[0], -0.5, 1e-12);
  Descend(*MakeDriftAdjusted({.constant = 1}), loss, x);
  EXPECT_NEAR(x[0], 0, 1e-12);
}

// GD T23: with c < 2 the rate tends to 2/(λ₁ + λ_n).
TEST(DriftAdjustedTest, TendsToTwoOverTheSumOfTheExtremes) {
  const Quadratic loss{{1, 2, 5, 10}};
  for (const double c : {0.3, 1.0, 1.7}) {
    Vector x = {1, 1, 1, 1};
    for (int step = 0; step < 400; ++step) {
      Descend(*MakeDriftAdjusted({.constant = c}), loss, x);
      const double norm = Norm(x);  // rates don't depend on it, and it underflows
      for (double& entry : x) entry /= norm;
    }
    EXPECT_NEAR(RateAt(*MakeDriftAdjusted({.constant = c}), loss, x), 2.0 / 11, 1e-8);
  }
}

// GD T24: with c = 2 the loss never rises and the gradient never shrinks: descent stalls.
TEST(DriftAdjustedTest, StallsOnAQuadraticWithConstantTwo) {
  const Quadratic loss{{1, 2, 5, 10}};
  Vector x = {1, -1, 0.5, 0.2};
  for (int step = 0; step < 200; ++step) {
    const double before = loss.Loss(x), gradient = Norm(loss.Times(x));
    Descend(*MakeDriftAdjusted({}), loss, x);
    EXPECT_LE(loss.Loss(x), before * (1 + 1e-12));
    EXPECT_GE(Norm(loss.Times(x)), gradient * (1 - 1e-12));
  }
}

// GD T25: h·∇L of DAL does not depend on the loss's scale, that of DAL-p does.
TEST(DriftAdjustedTest, OnlyPowerOneIsInvariantToTheLosssScale) {
  const Vector x = {1, -1};
  const auto update = [&x](double power, double scale) {
    const Quadratic loss{{1, 3}, 0, scale};
    return RateAt(*MakeDriftAdjusted({.power = power, .cap = 1e9}), loss, x) * Norm(loss.Times(x));
  };
  EXPECT_NEAR(update(1, 100), update(1, 1), 1e-12);
  EXPECT_NEAR(update(0.5, 100), 10 * update(0.5, 1), 1e-11);
}

TEST(DriftAdjustedTest, IsCappedWhereNothingBends) {
  const Slope flat{.squared_gradient = 1, .curvature = [](const ProductOptions&) { return 0.0; }};
  EXPECT_EQ(MakeDriftAdjusted({})->Rate({}, flat), 5);
}

TEST(DriftAdjustedTest, LeavesTheBaseRateOutsideItsWindow) {
  const Slope bent{.squared_gradient = 1, .curvature = [](const ProductOptions&) { return 4.0; }};
  const auto dal = MakeDriftAdjusted({.start = 10, .stop = 20});
  for (const auto& [step, rate] : {std::pair{10, 0.1}, {11, 0.5}, {19, 0.5}, {20, 0.1}}) {
    EXPECT_EQ(dal->Rate({0.1, step, 100}, bent), rate);
  }
}

TEST(DriftAdjustedTest, CanKnowOfMomentum) {
  const Slope bent{.squared_gradient = 1, .threshold = 3, .curvature = [](const ProductOptions&) {
                     return 4.0;
                   }};
  EXPECT_EQ(MakeDriftAdjusted({.momentum_aware = true})->Rate({}, bent), 0.75);
}

}  // namespace
}  // namespace geometer::geometry
