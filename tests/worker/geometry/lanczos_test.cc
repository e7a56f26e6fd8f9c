#include "worker/geometry/lanczos.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

// The spectrum of GD 8.2: 400 eigenvalues, ten outliers from 50 to 3, the others within ±1.
at::Tensor Outliers() {
  const at::Tensor ratio = at::linspace(0, 1, 10, at::kDouble);
  return at::cat({50.0 * at::pow(3.0 / 50.0, ratio), at::linspace(-1, 1, 390, at::kDouble)});
}

// The largest eigenpairs of the diagonal matrix of `values`.
Eigenpairs Largest(const at::Tensor& values, const LanczosOptions& options,
                   const at::Tensor& start) {
  return ExtremeEigenpairs([&](const at::Tensor& v) { return values * v; }, start,
                           MakeGenerator(0, "lanczos"), options);
}

TEST(LanczosTest, FindsTheTopOfAKnownSpectrum) {
  const at::Tensor values = Outliers();
  const Eigenpairs found =
      Largest(values, {.k = 5, .tolerance = 1e-9, .max_products = 40}, Noise({400}, "start"));
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(found.pairs[i].value / values[i].item<double>(), 1, 1e-12) << i;
    EXPECT_TRUE(found.pairs[i].converged) << i;
  }
}

// GD T28
// Without re-orthogonalisation the largest eigenvalue appears five times at 60 steps.
TEST(LanczosTest, ReportsEachEigenvalueOnceAfterManySteps) {
  const at::Tensor values = Outliers();
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const Eigenpairs found = Largest(values, {.k = 10, .tolerance = 0, .max_products = 60},
                                     Noise({400}, "start").to(dtype));
    const double rounding = dtype == at::kFloat ? 1e-5 : 1e-12;
    for (int64_t i = 0; i < 10; ++i) {
      EXPECT_NEAR(found.pairs[i].value, values[i].item<double>(), rounding) << i;
    }
  }
}

TEST(LanczosTest, VectorsAreOrthonormal) {
  const Eigenpairs found = Largest(Outliers(), {.k = 5}, Noise({400}, "start"));
  Tensors rows;
  for (const Eigenpair& pair : found.pairs) rows.push_back(pair.vector);
  const at::Tensor gram = at::stack(rows).mm(at::stack(rows).t());
  EXPECT_LT((gram - at::eye(5, at::kDouble)).abs().max().item<double>(), 1e-13);
}

// Stopped long before convergence, the reported residual is still the true one.
TEST(LanczosTest, TheResidualIsTheTrueResidual) {
  const at::Tensor values = Outliers();
  const Eigenpairs found =
      Largest(values, {.k = 3, .tolerance = 1e-9, .max_products = 6}, Noise({400}, "start"));
  for (const auto& [value, residual, converged, vector] : found.pairs) {
    const double truth = (values * vector - value * vector).norm().item<double>() / value;
    EXPECT_NEAR(residual, truth, 1e-10);
    EXPECT_FALSE(converged);
  }
}

// GD T29
TEST(LanczosTest, TakesTheLargestAlgebraicNotTheLargestMagnitude) {
  const at::Tensor values = at::tensor({-10.0, 6.0, 1.0}, at::kDouble);
  EXPECT_NEAR(Largest(values, {}, at::ones({3}, at::kDouble)).pairs[0].value, 6, 1e-12);
}

TEST(LanczosTest, FindsTheSmallestEndOutermostFirst) {
  const at::Tensor values = at::tensor({-10.0, -3.0, 6.0, 1.0}, at::kDouble);
  const Eigenpairs found =
      Largest(values, {.k = 2, .tolerance = 1e-9, .end = SpectrumEnd::kSmallest},
              at::ones({4}, at::kDouble));
  EXPECT_NEAR(found.pairs[0].value, -10, 1e-12);
  EXPECT_NEAR(found.pairs[1].value, -3, 1e-12);
  EXPECT_NEAR(std::abs(found.pairs[0].vector[0].item<double>()), 1, 1e-12);
}

// GD T28
// The control: the plain recurrence of three terms, on the same spectrum.
TEST(LanczosTest, WithoutReorthogonalisationCopiesOfTheLargestAppear) {
  const at::Tensor values = Outliers();
  at::Tensor t = at::zeros({60, 60}, at::kDouble), before = at::zeros_like(values);
  at::Tensor q = Noise({400}, "start");
  q = q / q.norm();
  for (int64_t j = 0; j < 60; ++j) {
    at::Tensor w = values * q;
    t[j][j] = w.dot(q);
    w = w - t[j][j] * q - (j > 0 ? t[j][j - 1] * before : before);
    if (j < 59) t[j][j + 1] = t[j + 1][j] = w.norm();
    before = q;
    q = w / w.norm();
  }
  const at::Tensor found = std::get<0>(at::linalg_eigh(t));
  EXPECT_GT((found - 50).abs().lt(1e-6).sum().item<int64_t>(), 1);
}

// GD T29
// Power iteration, the method of other tools, finds the largest magnitude, and the largest value
// only after a shift by the smallest.
TEST(LanczosTest, PowerIterationFindsTheLargestMagnitude) {
  const at::Tensor values = at::tensor({-10.0, 6.0, 1.0}, at::kDouble);
  const auto iterate = [&](double shift) {
    at::Tensor v = at::ones({3}, at::kDouble);
    for (int step = 0; step < 100; ++step) v = (values + shift) * v / v.norm();
    return (v.dot(values * v) / v.dot(v)).item<double>();
  };
  EXPECT_NEAR(iterate(0), -10, 1e-6);
  EXPECT_NEAR(iterate(10), 6, 1e-6);
}

TEST(LanczosTest, GoesOnWhenTheKrylovSpaceIsExhausted) {
  const at::Tensor values = at::tensor({4.0, 3.0, 2.0, 1.0}, at::kDouble);
  const at::Tensor start = at::tensor({0.0, 0.0, 1.0, 0.0}, at::kDouble);
  const Eigenpairs found = Largest(values, {.k = 3, .tolerance = 1e-12}, start);
  ASSERT_EQ(found.pairs.size(), 3u);
  EXPECT_NEAR(found.pairs[0].value, 4, 1e-12);
  EXPECT_NEAR(found.pairs[2].value, 2, 1e-12);
}

TEST(LanczosTest, TheZeroOperatorHasEigenvalueZero) {
  const Eigenpairs found = Largest(at::zeros_like(Outliers()), {}, Noise({400}, "start"));
  EXPECT_EQ(found.pairs[0].value, 0);
  EXPECT_TRUE(found.pairs[0].converged);
}

TEST(LanczosTest, ReturnsNoMorePairsThanDimensions) {
  const Eigenpairs found =
      Largest(at::tensor({2.0, 1.0}, at::kDouble), {.k = 5}, at::ones({2}, at::kDouble));
  EXPECT_EQ(found.pairs.size(), 2u);
  EXPECT_EQ(found.products, 2);
}

TEST(LanczosTest, SpendsNoMoreThanTheBudget) {
  const Eigenpairs found =
      Largest(Outliers(), {.k = 5, .tolerance = 1e-9, .max_products = 3}, Noise({400}, "start"));
  EXPECT_EQ(found.products, 3);
  EXPECT_EQ(found.pairs.size(), 3u);
}

// Convergence is not looked for at every product.
TEST(LanczosTest, SpendsAtMostASixteenthMoreThanNeeded) {
  const at::Tensor values = at::linspace(0, 1, 400, at::kDouble), start = Noise({400}, "start");
  const LanczosOptions options{.k = 1, .tolerance = 1e-10, .max_products = 400};
  const Eigenpairs found = Largest(values, options, start);
  ASSERT_TRUE(found.pairs[0].converged);
  ASSERT_GT(found.products, 64);
  const int64_t fewer = found.products * 15 / 16 - 1;
  const Eigenpairs cut =
      Largest(values, {.k = 1, .tolerance = 1e-10, .max_products = fewer}, start);
  EXPECT_FALSE(cut.pairs[0].converged);
}

TEST(LanczosTest, RestartsConvergeToTheSamePairs) {
  const at::Tensor values = Outliers();
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const double rounding = dtype == at::kFloat ? 1e-5 : 1e-9;
    const Eigenpairs found =
        Largest(values, {.k = 3, .tolerance = rounding, .max_products = 200, .max_vectors = 8},
                Noise({400}, "start").to(dtype));
    ASSERT_EQ(found.pairs.size(), 3u);
    EXPECT_GT(found.products, 8);
    Tensors rows;
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(found.pairs[i].value, values[i].item<double>(), rounding) << i;
      EXPECT_TRUE(found.pairs[i].converged) << i;
      rows.push_back(found.pairs[i].vector.to(at::kDouble));
    }
    const at::Tensor gram = at::stack(rows).mm(at::stack(rows).t());
    EXPECT_LT((gram - at::eye(3, at::kDouble)).abs().max().item<double>(), rounding);
  }
}

// After restarts as well as before the first.
TEST(LanczosTest, TheResidualAfterARestartIsTheTrueResidual) {
  const at::Tensor values = Outliers();
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const Eigenpairs found =
        Largest(values, {.k = 3, .tolerance = 1e-9, .max_products = 15, .max_vectors = 8},
                Noise({400}, "start").to(dtype));
    for (const Eigenpair& pair : found.pairs) {
      const at::Tensor v = pair.vector.to(at::kDouble);
      const double truth = (values * v - pair.value * v).norm().item<double>() / pair.value;
      EXPECT_NEAR(pair.residual, truth, dtype == at::kFloat ? 1e-5 : 1e-10);
    }
    EXPECT_GT(found.products, 8);
    EXPECT_FALSE(found.pairs[2].converged);
  }
}

TEST(LanczosTest, AProductThatIsNotFiniteEndsItWithoutPairs) {
  at::Tensor values = Outliers();
  values[3] = std::numeric_limits<double>::quiet_NaN();
  const Eigenpairs found = Largest(values, {.k = 2}, Noise({400}, "start"));
  EXPECT_TRUE(found.pairs.empty());
  EXPECT_EQ(found.products, 1);
}

}  // namespace
}  // namespace geometer::geometry
