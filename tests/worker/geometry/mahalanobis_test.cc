#include "worker/geometry/mahalanobis.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/remainder.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor Vector(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

const at::Tensor kFeatures = (at::arange(1, 37, at::kDouble).square() * 0.7).sin().view({12, 3});
const at::Tensor kLabels = at::arange(12, at::kLong).remainder(3);
const at::Tensor kQueries = (at::arange(1, 13, at::kDouble) * 1.3).cos().view({4, 3});

// Numbers of scikit-learn 1.9's EmpiricalCovariance(assume_centered=True) on features less their
// class means: the least of mahalanobis() to each mean.
TEST(ClassGaussiansTest, EqualScikitLearn) {
  EXPECT_TRUE(at::allclose(
      ClassGaussians(kFeatures, kLabels).SquaredDistance(kQueries),
      Vector({14.934899936767343, 8.824729464177707, 1.645658546962372, 20.385740024229044}), 1e-10,
      0));
  EXPECT_TRUE(at::allclose(
      ClassGaussians(kFeatures, {}).SquaredDistance(kQueries),
      Vector({15.3847535744758, 4.524213725335628, 2.264278739195993, 21.883775693785385}), 1e-10,
      0));
}

// The third feature is a combination of the others: scikit-learn takes the pseudo-inverse too.
TEST(ClassGaussiansTest, EqualScikitLearnOfASingularCovariance) {
  at::Tensor features = kFeatures.clone();
  features.select(1, 2).copy_(features.select(1, 0) - 2 * features.select(1, 1));
  EXPECT_TRUE(at::allclose(
      ClassGaussians(features, kLabels).SquaredDistance(kQueries),
      Vector({1.037660664733633, 3.6863708867184113, 0.8199102075091964, 6.588095312619664}), 1e-10,
      0));
}

TEST(ClassGaussiansTest, AClassWithoutExamplesHasNoMean) {
  const at::Tensor sparse = kLabels * 5;
  EXPECT_TRUE(ClassGaussians(kFeatures, sparse)
                  .SquaredDistance(kQueries)
                  .equal(ClassGaussians(kFeatures, kLabels).SquaredDistance(kQueries)));
}

TEST(ClassGaussiansTest, DistancesDoNotDependOnTheBasis) {
  const at::Tensor basis = Noise({3, 3}, "basis"), shift = Noise({3}, "shift");
  const ClassGaussians moved(kFeatures.mm(basis) + shift, kLabels);
  EXPECT_TRUE(at::allclose(moved.SquaredDistance(kQueries.mm(basis) + shift),
                           ClassGaussians(kFeatures, kLabels).SquaredDistance(kQueries), 1e-8, 0));
}

TEST(ClassGaussiansTest, OfADivergedNetworkNothingIsKnown) {
  const at::Tensor distance =
      ClassGaussians(kFeatures * std::nan(""), kLabels).SquaredDistance(kQueries);
  EXPECT_TRUE(distance.isnan().all().item<bool>());
}

}  // namespace
}  // namespace geometer::geometry
