#include "worker/geometry/models/dropout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor Mask(double share, const std::string& layer, const Pass& pass) {
  return Dropped(at::ones({1000, 10}, at::kDouble), share, layer, pass);
}

// 10,000 entries: a standard error of 0.46 %.
TEST(DropoutTest, DropsAShareAndKeepsTheMean) {
  const at::Tensor mask = Mask(0.3, "hidden", Mode::kTraining);
  EXPECT_NEAR((mask == 0).to(at::kDouble).mean().item<double>(), 0.3, 0.02);
  EXPECT_DOUBLE_EQ(mask.max().item<double>(), 1 / 0.7);
}

TEST(DropoutTest, IsEqualWithinAnUpdateAndDiffersBetweenUpdatesPartsAndLayers) {
  const auto mask = [](RandomSource random, const char* layer = "hidden") {
    return Mask(0.5, layer, {Mode::kTraining, random});
  };
  const RandomSource here{.seed = 1, .step = 4};
  EXPECT_TRUE(at::equal(mask(here), mask(here)));
  EXPECT_FALSE(at::equal(mask(here), mask({.seed = 1, .step = 5})));
  EXPECT_FALSE(at::equal(mask(here), mask({.seed = 2, .step = 4})));
  EXPECT_FALSE(at::equal(mask(here), mask({.seed = 1, .step = 4, .part = 1})));
  EXPECT_FALSE(at::equal(mask(here), mask(here, "other")));
}

TEST(DropoutTest, ChangesNothingInTheOtherModes) {
  const at::Tensor x = at::ones({2, 3});
  EXPECT_TRUE(Dropped(x, 0.5, "hidden", Mode::kEvaluation).is_same(x));
  EXPECT_TRUE(Dropped(x, 0.5, "hidden", Mode::kCalibration).is_same(x));
}

TEST(DropoutTest, OfAnMlpMakesItNoChainInTraining) {
  MlpOptions options = SmallMlp();
  options.dropout = 0.5;
  const SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  EXPECT_FALSE(problem.model->DenseChain(Mode::kTraining).has_value());
  EXPECT_TRUE(problem.model->DenseChain(Mode::kEvaluation).has_value());
  const ForwardResult result =
      problem.network.Forward(problem.examples.inputs, {Mode::kTraining, {}});
  EXPECT_TRUE((result.activations[0].tensor == 0).any().item<bool>());
}

}  // namespace
}  // namespace geometer::geometry
