#include "worker/geometry/datasets/function_1d.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linspace.h>
#include <gtest/gtest.h>

#include <cmath>

namespace geometer::geometry {
namespace {

struct Value {
  Function1d function;
  double at_half;  // f(−½)
};

class Function1dValues : public testing::TestWithParam<Value> {};

TEST_P(Function1dValues, AreTheStatedOnes) {
  const RawDataset data = MakeFunction1d({.function = GetParam().function, .sizes = {.train = 5}});
  EXPECT_EQ(data.train.inputs[1].item<double>(), -0.5);
  EXPECT_NEAR(data.train.targets[1].item<double>(), GetParam().at_half, 1e-15);
}

INSTANTIATE_TEST_SUITE_P(EveryFunction, Function1dValues,
                         testing::Values(Value{Function1d::kSine, 0}, Value{Function1d::kStep, -1},
                                         Value{Function1d::kAbsolute, 0.5},
                                         Value{Function1d::kCubic, 1},
                                         Value{Function1d::kChebyshev, -0.5}));

TEST(Function1dTest, TrainingPointsAreAnEvenGrid) {
  const RawDataset data = MakeFunction1d({.sizes = {.train = 10}});
  EXPECT_TRUE(at::allclose(data.train.inputs.flatten(), at::linspace(-1, 1, 10, at::kDouble)));
  EXPECT_EQ(data.train.targets.sizes(), (std::vector<int64_t>{10, 1}));
}

TEST(Function1dTest, ValidationPointsStayInsideAndDependOnTheSeed) {
  constexpr SampleSizes kMany{.train = 2, .validation = 1000};
  const at::Tensor one = MakeFunction1d({.sizes = kMany, .seed = 1}).validation->inputs;
  const at::Tensor two = MakeFunction1d({.sizes = kMany, .seed = 2}).validation->inputs;
  EXPECT_LE(one.abs().max().item<double>(), 1);
  EXPECT_NEAR(one.mean().item<double>(), 0, 5 / std::sqrt(3000.0));
  EXPECT_FALSE(at::equal(one, two));
}

TEST(Function1dTest, NoiseHasTheStatedDeviationAndSparesTheTestSplit) {
  const Function1dOptions clean{.sizes = {.train = 4000, .test = 10}};
  Function1dOptions noisy = clean;
  noisy.noise = 0.5;
  const at::Tensor noise =
      MakeFunction1d(noisy).train.targets - MakeFunction1d(clean).train.targets;
  EXPECT_NEAR(noise.std().item<double>(), 0.5, 5 * 0.5 / std::sqrt(8000.0));
  EXPECT_TRUE(at::equal(MakeFunction1d(noisy).test.targets, MakeFunction1d(clean).test.targets));
}

// T₀ = 1, T₁ = x, T_{n+1} = 2x·T_n − T_{n−1}.
TEST(Function1dTest, ChebyshevPolynomialsObeyTheirRecurrence) {
  const auto values = [](int64_t degree) {
    return MakeFunction1d({.function = Function1d::kChebyshev, .degree = degree}).train;
  };
  const at::Tensor x = values(1).inputs;
  EXPECT_TRUE(at::allclose(values(1).targets, x));
  for (int64_t n = 1; n < 9; ++n) {
    const at::Tensor next = 2 * x * values(n).targets - values(n - 1).targets;
    EXPECT_TRUE(at::allclose(values(n + 1).targets, next, 1e-12, 1e-13)) << n;
  }
}

}  // namespace
}  // namespace geometer::geometry
