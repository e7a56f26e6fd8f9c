#include "worker/geometry/sample_quality.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_cholesky.h>
#include <ATen/ops/linalg_eigvals.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/real.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

at::Tensor Rows(const std::vector<double>& values, int64_t columns) {
  return at::tensor(values, at::kDouble).view({-1, columns});
}

double Sliced(const at::Tensor& x, const at::Tensor& y, int64_t directions = 200) {
  return SlicedWasserstein(x, y, directions, MakeGenerator(1, "directions"));
}

// MG M7: moved by t in the plane, each projection moves by |t|cos; the mean of cos² is ½.
TEST(SlicedWassersteinTest, OfAMovedSampleIsTheMeanLengthOfTheMove) {
  const at::Tensor x = Noise({50, 2}, "x");
  EXPECT_NEAR(Sliced(x, x + Rows({3, 4}, 2), 40000), 5 * std::sqrt(0.5), 0.02);
  EXPECT_NEAR(Sliced(x, x.flip(0)), 0, 1e-12);
}

TEST(SlicedWassersteinTest, InOneDimensionIsTheDistanceOfQuantiles) {
  EXPECT_DOUBLE_EQ(Sliced(Rows({3, 0, 1}, 1), Rows({1, 5, 2}, 1)),
                   std::sqrt((1.0 + 1.0 + 4.0) / 3));
  // Each value of two stands for two of four.
  EXPECT_DOUBLE_EQ(Sliced(Rows({10, 0}, 1), Rows({1, 2, 11, 14}, 1)),
                   std::sqrt((1.0 + 4.0 + 1.0 + 16.0) / 4));
  EXPECT_TRUE(std::isnan(Sliced(Rows({std::nan(""), 0}, 1), Rows({1, 2}, 1))));
}

// MG M8, by two loops.
TEST(MaximumMeanDiscrepancyTest, EqualsItsDoubleSum) {
  const at::Tensor x = Noise({7, 3}, "x"), y = Noise({6, 3}, "y") + 0.5;
  const at::Tensor all = at::cat({x, y});
  const auto distance = [&](int64_t i, int64_t j) {
    return (all[i] - all[j]).norm().item<double>();
  };
  std::vector<double> distances;
  for (int64_t i = 0; i < 13; ++i) {
    for (int64_t j = 0; j < i; ++j) distances.push_back(distance(i, j));
  }
  std::ranges::sort(distances);
  const double median = distances[(distances.size() - 1) / 2];
  double sum = 0;
  for (int64_t i = 0; i < 13; ++i) {
    for (int64_t j = 0; j < 13; ++j) {
      if (i == j) continue;
      const double weight = i < 7 && j < 7 ? 1.0 / 42 : i >= 7 && j >= 7 ? 1.0 / 30 : -1.0 / 42;
      for (const double factor : {0.5, 1.0, 2.0}) {
        sum += weight * std::exp(-std::pow(distance(i, j) / (factor * median), 2) / 2) / 3;
      }
    }
  }
  EXPECT_NEAR(MaximumMeanDiscrepancy(x, y), sum, 1e-14);
}

TEST(MaximumMeanDiscrepancyTest, IsWithoutBiasBetweenSamplesOfOneLaw) {
  constexpr int kSamples = 300;
  at::Tensor found = at::zeros({kSamples}, at::kDouble);
  const at::Tensor x = Noise({kSamples, 12, 2}, "x"), y = Noise({kSamples, 9, 2}, "y");
  for (int i = 0; i < kSamples; ++i) found[i] = MaximumMeanDiscrepancy(x[i], y[i]);
  const double error = found.std().item<double>() / std::sqrt(kSamples);
  EXPECT_LT(std::abs(found.mean().item<double>()), 4 * error);
  EXPECT_LT(found.min().item<double>(), 0);
}

const at::Tensor kCentres = Rows({0, 0, 10, 0, 0, 10, 10, 10}, 2);

// MG M9: by hand. Of 5 samples 4 are good (the one at 3 deviations too), in two modes.
TEST(ModeCoverageTest, CountsModesQualityAndBalance) {
  const at::Tensor samples = Rows({0, 0, 1, 0, 0, 3, 10, 1, 10, 4}, 2);
  const Coverage found = ModeCoverage(samples, kCentres, 1);
  EXPECT_EQ(found.modes_1, 2);
  EXPECT_EQ(found.modes_20, 2);  // 20 of 2,500 is less than one of 5
  EXPECT_DOUBLE_EQ(found.high_quality, 0.8);
  EXPECT_DOUBLE_EQ(found.divergence, 0.6 * std::log(4 * 0.6) + 0.4 * std::log(4 * 0.4));
}

// Of 2,500 samples 19 in one mode are too few for modes_20, and 20 are enough; of 1,250 ten are.
TEST(ModeCoverageTest, AModeIsCoveredByTwentyOf2500) {
  const auto covered = [](int64_t few, int64_t n) {
    const at::Tensor samples =
        at::cat({kCentres.slice(0, 1, 2).expand({few, 2}), at::zeros({n - few, 2}, at::kDouble)});
    return ModeCoverage(samples, kCentres, 1).modes_20;
  };
  EXPECT_EQ(covered(19, 2500), 1);
  EXPECT_EQ(covered(20, 2500), 2);
  EXPECT_EQ(covered(9, 1250), 1);
  EXPECT_EQ(covered(10, 1250), 2);
}

TEST(ModeCoverageTest, OfTheMixtureItselfIsComplete) {
  const at::Tensor samples = (kCentres.unsqueeze(0) + Noise({5000, 4, 2}, "samples")).flatten(0, 1);
  const Coverage found = ModeCoverage(samples, kCentres, 1);
  EXPECT_EQ(found.modes_20, 4);
  EXPECT_NEAR(found.high_quality, 1 - std::exp(-4.5), 0.003);
  EXPECT_NEAR(found.divergence, 0, 1e-6);
}

TEST(ModeCoverageTest, OfACollapsedSampleIsOneModeAndOfADivergedOneUnknown) {
  EXPECT_DOUBLE_EQ(ModeCoverage(at::zeros({9, 2}), kCentres, 1).divergence, std::log(4));
  EXPECT_TRUE(std::isnan(ModeCoverage(at::full({9, 2}, NAN), kCentres, 1).divergence));
}

// MG M5: 1 where the classifier says the same of all, C where it is sure and all classes are
// equally frequent.
TEST(ClassifierScoreTest, LiesBetweenOneAndTheNumberOfClasses) {
  EXPECT_NEAR(ScoreByClassifier(at::full({12, 4}, 0.25), 3).mean, 1, 1e-12);
  const at::Tensor sure = at::eye(4, at::kDouble).repeat({3, 1});
  EXPECT_NEAR(ScoreByClassifier(sure, 1).mean, 4, 1e-9);
  EXPECT_NEAR(ScoreByClassifier(at::eye(4).slice(0, 0, 1).repeat({9, 1}), 1).mean, 1, 1e-9);
}

// Two parts of two: one sure of two classes, score 2; one that always says the same, score 1.
TEST(ClassifierScoreTest, IsTheMeanAndDeviationOverParts) {
  const ClassifierScore found = ScoreByClassifier(Rows({1, 0, 0, 1, .3, .7, .3, .7}, 2), 2);
  EXPECT_NEAR(found.mean, 1.5, 1e-9);
  EXPECT_NEAR(found.deviation, 0.5, 1e-9);
}

// A sample whose mean and covariance are exactly these.
at::Tensor WithMoments(const std::string& stream, const at::Tensor& mean, const at::Tensor& root) {
  const at::Tensor noise = Noise({40, mean.size(0)}, stream);
  const at::Tensor centred = noise - noise.mean(0);
  const at::Tensor factor = at::linalg_cholesky(centred.t().mm(centred) / 39);
  return at::linalg_solve(factor, centred.t()).t().mm(root.t()) + mean;
}

// MG M6: of covariances that commute, |Δm|² + Σ(σ₁ − σ₂)².
TEST(FrechetDistanceTest, OfGaussiansIsTheClosedForm) {
  const at::Tensor x = WithMoments("x", Rows({0, 1}, 2)[0], Rows({1, 0, 0, 2}, 2));
  const at::Tensor y = WithMoments("y", Rows({3, 5}, 2)[0], Rows({4, 0, 0, 2.5}, 2));
  EXPECT_NEAR(FrechetDistance(x, y), 25 + 9 + 0.25, 1e-9);
  EXPECT_NEAR(FrechetDistance(x, x), 0, 1e-9);
}

// tr (S₁^½ S₂ S₁^½)^½ is the sum of the roots of the eigenvalues of S₁S₂, which is not symmetric.
TEST(FrechetDistanceTest, OfCovariancesThatDoNotCommuteTakesTheirProduct) {
  const at::Tensor a = Noise({3, 3}, "a"), b = Noise({3, 3}, "b"),
                   mean = at::zeros({3}, at::kDouble);
  const at::Tensor s1 = a.mm(a.t()), s2 = b.mm(b.t());
  const at::Tensor overlap = at::linalg_eigvals(s1.mm(s2)).sqrt().sum();
  EXPECT_NEAR(FrechetDistance(WithMoments("x", mean, a), WithMoments("y", mean, b)),
              (s1.trace() + s2.trace()).item<double>() - 2 * at::real(overlap).item<double>(),
              1e-9);
}

TEST(FrechetDistanceTest, OfADivergedSampleIsUnknown) {
  EXPECT_TRUE(std::isnan(FrechetDistance(at::full({3, 2}, INFINITY), Noise({4, 2}, "y"))));
}

}  // namespace
}  // namespace geometer::geometry
