#include "worker/geometry/models/initialization.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/eye.h>
#include <gtest/gtest.h>

#include <cmath>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

at::Tensor Draw(Initialization initialization, int64_t outputs = 200, int64_t inputs = 300) {
  return DrawMatrix(initialization, {outputs, inputs}, MakeGenerator(1, "matrix"));
}

// Of 60,000 entries: a standard error of 0.6 % at most.
double Variance(Initialization initialization) {
  return Draw(initialization).square().mean().item<double>();
}

TEST(InitializationTest, UniformLawsHaveTheVariancesOfTheNormalOnes) {
  EXPECT_NEAR(Variance(Initialization::kHeUniform), 2.0 / 300, 0.03 * 2 / 300);
  EXPECT_NEAR(Variance(Initialization::kLecunUniform), 1.0 / 300, 0.03 / 300);
  EXPECT_NEAR(Variance(Initialization::kGlorotUniform), 2.0 / 500, 0.03 * 2 / 500);
  EXPECT_LT(Draw(Initialization::kHeUniform).abs().max().item<double>(), std::sqrt(6.0 / 300));
}

// A normal law cut at two deviations keeps 0.7737 of its variance.
TEST(InitializationTest, TheTruncatedNormalIsCutAtTwoDeviations) {
  const double deviation = 1 / std::sqrt(300.0);
  EXPECT_LE(Draw(Initialization::kTruncatedNormal).abs().max().item<double>(), 2 * deviation);
  EXPECT_NEAR(Variance(Initialization::kTruncatedNormal), 0.7737 / 300, 0.03 / 300);
}

TEST(InitializationTest, OrthogonalRowsOrColumnsAreOrthonormal) {
  const at::Tensor wide = Draw(Initialization::kOrthogonal, 20, 30);
  const at::Tensor tall = Draw(Initialization::kOrthogonal, 30, 20);
  const at::Tensor identity = at::eye(20, at::kDouble);
  EXPECT_TRUE(at::allclose(wide.matmul(wide.t()), identity, 0, 1e-13));
  EXPECT_TRUE(at::allclose(tall.t().matmul(tall), identity, 0, 1e-13));
  EXPECT_TRUE(wide.is_contiguous());
}

}  // namespace
}  // namespace geometer::geometry
