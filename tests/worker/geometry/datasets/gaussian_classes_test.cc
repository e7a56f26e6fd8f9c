#include "worker/geometry/datasets/gaussian_classes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <gtest/gtest.h>

#include <cmath>

namespace geometer::geometry {
namespace {

const GaussianClassesOptions kOptions{.classes = 3,
                                      .dimension = 4,
                                      .separation = 6,
                                      .deviation = 0.5,
                                      .sizes = {.train = 30'000, .validation = 3, .test = 30'000}};

at::Tensor OfClass(const Examples& examples, int64_t c) {
  return examples.inputs.index_select(0, examples.targets.eq(c).nonzero().squeeze(1));
}

// Of n points, a coordinate's mean has deviation σ/√n.
TEST(GaussianClassesTest, MeansLieAtTheSeparationAndAreThoseOfEverySplit) {
  const RawDataset data = MakeGaussianClasses(kOptions);
  for (int64_t c = 0; c < 3; ++c) {
    const at::Tensor mean = OfClass(data.train, c).mean(0);
    EXPECT_NEAR(mean.norm().item<double>(), 6, 0.05);
    const at::Tensor difference = mean - OfClass(data.test, c).mean(0);
    EXPECT_LT(difference.abs().max().item<double>(), 5 * 0.5 * std::sqrt(2 / 10'000.0));
  }
}

TEST(GaussianClassesTest, TheCovarianceWithinAClassIsTheDeviationSquared) {
  const at::Tensor points = OfClass(MakeGaussianClasses(kOptions).train, 1);
  const at::Tensor centred = points - points.mean(0);
  const at::Tensor covariance = centred.t().mm(centred) / static_cast<double>(points.size(0));
  const at::Tensor error = covariance - 0.25 * at::eye(4, at::kDouble);
  EXPECT_LT(error.abs().max().item<double>(), 5 * 0.25 * std::sqrt(2 / 10'000.0));
}

TEST(GaussianClassesTest, TheSeedDecidesTheMeans) {
  GaussianClassesOptions other = kOptions;
  other.seed = 1;
  const at::Tensor difference = OfClass(MakeGaussianClasses(kOptions).train, 0).mean(0) -
                                OfClass(MakeGaussianClasses(other).train, 0).mean(0);
  EXPECT_GT(difference.norm().item<double>(), 0.5);
}

}  // namespace
}  // namespace geometer::geometry
