#include "worker/geometry/models/mlp.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

using Names = std::vector<std::string>;

TEST(MlpTest, NamesAreThoseOfASequentialInPyTorch) {
  EXPECT_EQ(MakeMlp(SmallMlp())->parameter_names(),
            (Names{"0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"}));
}

TEST(MlpTest, WithoutBiasOnlyWeightsRemain) {
  MlpOptions options = SmallMlp();
  options.bias = false;
  EXPECT_EQ(MakeMlp(options)->parameter_names(), (Names{"0.weight", "2.weight", "4.weight"}));
}

TEST(MlpTest, EqualsTheMatrixProductsWrittenOut) {
  const SmallProblem problem = MakeSmallProblem();
  const Tensors& p = problem.network.params;
  const at::Tensor first = (problem.examples.inputs.mm(p[0].t()) + p[1]).tanh();
  const at::Tensor second = (first.mm(p[2].t()) + p[3]).tanh();
  const ForwardResult got = problem.network.Forward(problem.examples.inputs, Mode::kTraining);
  EXPECT_TRUE(at::allclose(got.output, second.mm(p[4].t()) + p[5], 1e-14));
  EXPECT_EQ(got.activations[1].name, "hidden.1");
  EXPECT_TRUE(at::allclose(got.activations[1].tensor, second, 1e-14));
}

TEST(MlpTest, FlattensImages) {
  const auto model = MakeMlp({.inputs = 12, .hidden = {4}, .outputs = 2});
  const Variables fresh = model->Initialize(0, at::kFloat);
  const at::Tensor images = Noise({3, 1, 3, 4}, "images").to(at::kFloat);
  const at::Tensor output = model->Forward(fresh.parameters, {}, images, Mode::kTraining).output;
  EXPECT_EQ(output.sizes(), (std::vector<int64_t>{3, 2}));
}

TEST(MlpTest, AWrongNumberOfParametersIsRefused) {
  const SmallProblem problem = MakeSmallProblem();
  EXPECT_THROW(problem.model->Forward({}, {}, problem.examples.inputs, Mode::kTraining),
               c10::Error);
}

TEST(MlpTest, BothDtypesStartFromTheSameNetwork) {
  const auto model = MakeMlp(SmallMlp());
  const Tensors exact = model->Initialize(5, at::kDouble).parameters;
  const Tensors rounded = model->Initialize(5, at::kFloat).parameters;
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_TRUE(at::equal(exact[i].to(at::kFloat), rounded[i]));
  }
}

TEST(MlpTest, AnotherLayerDoesNotChangeTheFirst) {
  MlpOptions deeper = SmallMlp();
  deeper.hidden.push_back(9);
  EXPECT_TRUE(at::equal(MakeMlp(SmallMlp())->Initialize(5, at::kDouble).parameters[0],
                        MakeMlp(deeper)->Initialize(5, at::kDouble).parameters[0]));
}

struct Law {
  Initialization initialization;
  double variance;  // of a weight with fan_in 300 and fan_out 200
};

class InitializationTest : public testing::TestWithParam<Law> {};

// 60,000 weights: the relative deviation of a sample variance is at most √(2/60000) = 0.6 %.
TEST_P(InitializationTest, WeightsHaveTheStatedVariance) {
  const auto model = MakeMlp({.inputs = 300,
                              .hidden = {},
                              .outputs = 200,
                              .initialization = GetParam().initialization,
                              .scale = 3});
  const at::Tensor weight = model->Initialize(1, at::kDouble).parameters[0];
  EXPECT_NEAR(weight.var().item<double>() / (9 * GetParam().variance), 1, 0.03);
  EXPECT_NEAR(weight.mean().item<double>(), 0, 5 * std::sqrt(9 * GetParam().variance / 60000));
}

INSTANTIATE_TEST_SUITE_P(EveryLaw, InitializationTest,
                         testing::Values(Law{Initialization::kTorch, 1.0 / 900},
                                         Law{Initialization::kHe, 2.0 / 300},
                                         Law{Initialization::kLecun, 1.0 / 300},
                                         Law{Initialization::kGlorot, 2.0 / 500}));

TEST(MlpTest, BiasesStartAtZeroExceptInPyTorchsLaw) {
  MlpOptions options = SmallMlp();
  const double bound = 1 / std::sqrt(5.0);
  const at::Tensor uniform = MakeMlp(options)->Initialize(1, at::kDouble).parameters[1];
  EXPECT_GT(uniform.abs().min().item<double>(), 0);
  EXPECT_LT(uniform.abs().max().item<double>(), bound);
  options.initialization = Initialization::kHe;
  const at::Tensor zero = MakeMlp(options)->Initialize(1, at::kDouble).parameters[1];
  EXPECT_EQ(zero.abs().max().item<double>(), 0);
}

struct Point {
  Activation activation;
  double at_minus_half;  // its value at x = −0.5
};

class ActivationTest : public testing::TestWithParam<Point> {};

TEST_P(ActivationTest, HasTheStatedValue) {
  const at::Tensor x = at::full({}, -0.5, at::kDouble);
  EXPECT_NEAR(Activate(GetParam().activation, x).item<double>(), GetParam().at_minus_half, 1e-15);
}

INSTANTIATE_TEST_SUITE_P(
    EveryActivation, ActivationTest,
    testing::Values(Point{Activation::kRelu, 0}, Point{Activation::kTanh, std::tanh(-0.5)},
                    Point{Activation::kGelu, -0.25 * std::erfc(0.5 / std::sqrt(2.0))},
                    Point{Activation::kSilu, -0.5 / (1 + std::exp(0.5))},
                    Point{Activation::kSoftplus, std::log1p(std::exp(-0.5))},
                    Point{Activation::kSine, std::sin(-0.5)}));

}  // namespace
}  // namespace geometer::geometry
