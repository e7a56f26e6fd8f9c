#include "worker/geometry/probes/class_geometry.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

// Three equally large classes of points in the plane, one after another: [3, 200, 2].
at::Tensor Clouds(double noise) {
  const at::Tensor corners = at::tensor({0.0, 0.0, 1.0, 0.0, 0.0, 1.0}, at::kDouble);
  return corners.view({3, 1, 2}) + noise * Noise({3, 200, 2}, "clouds");
}

// The error of the nearest-mean classifier on all points of `clouds`, [classes, points, width], as
// [episodes], its means those of `shots` points per class drawn with replacement.
at::Tensor FewShotErrors(const at::Tensor& clouds, int64_t shots, int64_t episodes) {
  const int64_t classes = clouds.size(0), width = clouds.size(2);
  const at::Tensor drawn = at::empty({episodes, classes, shots}, at::kLong)
                               .random_(0, clouds.size(1), MakeGenerator(1, "episodes"));
  const at::Tensor offsets = clouds.size(1) * at::arange(classes, at::kLong).view({classes, 1});
  const at::Tensor points = clouds.flatten(0, 1);
  const at::Tensor support = points.index_select(0, (drawn + offsets).flatten())
                                 .view({episodes, classes, shots, width})
                                 .mean(2);
  const at::Tensor nearest = at::cdist(points.unsqueeze(0), support).argmin(2);
  const at::Tensor labels = at::arange(points.size(0), at::kLong).floor_divide(clouds.size(1));
  return nearest.ne(labels).to(at::kDouble).mean(1);
}

double Bound(const at::Tensor& clouds, double shots) {
  return NearestMeanErrorBound(clouds.mean(1), clouds.var(1, /*unbiased=*/false).sum(1), shots);
}

// GC t14: T13 for few shots, exact on a finite set of points.
TEST(ClassGeometryTest, FewShotErrorsStayBelowTheirBound) {
  for (const double noise : {0.05, 0.1, 0.2, 0.5}) {
    for (const int64_t shots : {1, 5}) {
      const at::Tensor errors = FewShotErrors(Clouds(noise), shots, 200);
      const double slack = 4 * errors.std().item<double>() / std::sqrt(200);
      EXPECT_LE(errors.mean().item<double>(), Bound(Clouds(noise), shots) + slack) << noise;
    }
  }
}

// GC t14: T13 is nearly reached with many shots: one in ten of each class lies beyond the middle,
// by more than that moves, the others where they keep the mean at ±1.
TEST(ClassGeometryTest, FewShotErrorsComeNearTheirBound) {
  const double q = 0.1, beyond = -0.1;
  at::Tensor class0 = at::full({10, 1}, 1 + (1 - beyond) * q / (1 - q), at::kDouble);
  class0[0] = beyond;
  const at::Tensor pair = at::stack({class0, -class0});
  const double error = FewShotErrors(pair, 100, 200).mean().item<double>();
  EXPECT_NEAR(error, q, 0.01);
  EXPECT_LE(error, Bound(pair, 100));
  EXPECT_GE(error, 0.55 * Bound(pair, 100));
}

// GC t14: for equal variances 4(1 + 1/√n)²(K − 1)·NC exactly; n = 1, 4, ∞.
TEST(ClassGeometryTest, TheBoundOfEqualVariancesIsItsShortForm) {
  const at::Tensor means = Noise({4, 3}, "means");
  const at::Tensor variances = at::tensor({0.3, 0.3, 0.3, 0.3}, at::kDouble);
  const double cdnv = Cdnv(means, variances).mean().item<double>();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(NearestMeanErrorBound(means, variances, 1) / (16 * 3 * cdnv), 1, 1e-14);
  EXPECT_NEAR(NearestMeanErrorBound(means, variances, 4) / (9 * 3 * cdnv), 1, 1e-14);
  EXPECT_NEAR(NearestMeanErrorBound(means, variances, infinity) / (4 * 3 * cdnv), 1, 1e-14);
}

// GC t14: the short form is the larger one for unequal variances.
TEST(ClassGeometryTest, TheBoundOfUnequalVariancesIsBelowItsShortForm) {
  const at::Tensor means = Noise({3, 3}, "means");
  const at::Tensor variances = at::tensor({0.1, 0.9, 0.4}, at::kDouble);
  const double cdnv = Cdnv(means, variances).mean().item<double>();
  EXPECT_LT(NearestMeanErrorBound(means, variances, 1), 16 * 2 * cdnv);
}

TEST(ClassGeometryTest, MeansByClassAreNanWithoutExamples) {
  const at::Tensor means =
      MeanByClass(at::tensor({1.0, 2.0, 6.0}, at::kDouble), at::tensor({0, 2, 2}, at::kLong), 3);
  EXPECT_EQ(means[0].item<double>(), 1);
  EXPECT_TRUE(std::isnan(means[1].item<double>()));
  EXPECT_EQ(means[2].item<double>(), 4);
}

}  // namespace
}  // namespace geometer::geometry
