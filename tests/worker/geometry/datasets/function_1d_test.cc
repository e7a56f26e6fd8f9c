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
  const Dataset data =
      MakeFunction1d({.function = GetParam().function, .train = 5, .dtype = at::kDouble});
  EXPECT_EQ(data.train.inputs[1].item<double>(), -0.5);
  EXPECT_NEAR(data.train.targets[1].item<double>(), GetParam().at_half, 1e-15);
}

INSTANTIATE_TEST_SUITE_P(EveryFunction, Function1dValues,
                         testing::Values(Value{Function1d::kSine, 0}, Value{Function1d::kStep, -1},
                                         Value{Function1d::kAbsolute, 0.5},
                                         Value{Function1d::kCubic, 1}));

TEST(Function1dTest, TrainingPointsAreAnEvenGrid) {
  const Dataset data = MakeFunction1d({.train = 10});
  EXPECT_TRUE(at::allclose(data.train.inputs.flatten(), at::linspace(-1, 1, 10)));
  EXPECT_EQ(data.train.targets.sizes(), (std::vector<int64_t>{10, 1}));
}

TEST(Function1dTest, ValidationPointsStayInsideAndDependOnTheSeed) {
  const at::Tensor one = MakeFunction1d({.validation = 1000, .seed = 1}).validation.inputs;
  const at::Tensor two = MakeFunction1d({.validation = 1000, .seed = 2}).validation.inputs;
  EXPECT_LE(one.abs().max().item<double>(), 1);
  EXPECT_NEAR(one.mean().item<double>(), 0, 5 / std::sqrt(3000.0));
  EXPECT_FALSE(at::equal(one, two));
}

TEST(Function1dTest, NoiseHasTheStatedDeviationAndSparesTheTestSplit) {
  const Function1dOptions clean{.train = 4000, .dtype = at::kDouble};
  Function1dOptions noisy = clean;
  noisy.noise = 0.5;
  const at::Tensor noise =
      MakeFunction1d(noisy).train.targets - MakeFunction1d(clean).train.targets;
  EXPECT_NEAR(noise.std().item<double>(), 0.5, 5 * 0.5 / std::sqrt(8000.0));
  EXPECT_TRUE(at::equal(MakeFunction1d(noisy).test.targets, MakeFunction1d(clean).test.targets));
}

TEST(Function1dTest, InputsAreUsedAsTheyAre) {
  const Dataset data = MakeFunction1d({});
  EXPECT_EQ(data.normalization.mean, std::vector<double>{0});
  EXPECT_EQ(data.normalization.deviation, std::vector<double>{1});
  EXPECT_EQ(data.classes, 0);
}

}  // namespace
}  // namespace geometer::geometry
