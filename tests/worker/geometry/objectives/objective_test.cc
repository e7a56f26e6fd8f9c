#include "worker/geometry/objectives/objective.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/multi_margin_loss.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/hinge.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/objectives/weighted.h"

namespace geometer::geometry {
namespace {

at::Tensor Matrix(std::vector<double> values, int64_t columns) {
  return at::tensor(values, at::kDouble).view({-1, columns});
}

TEST(CrossEntropyTest, IsTheNegativeLogProbabilityInNats) {
  const at::Tensor logits = Matrix({0, std::log(3.0), 5, 5}, 2);
  const at::Tensor losses = MakeCrossEntropy()->PerExample(logits, at::tensor({1, 0}, at::kLong));
  EXPECT_TRUE(at::allclose(losses, at::tensor({std::log(4.0 / 3), std::log(2.0)}, at::kDouble)));
}

TEST(CrossEntropyTest, LossIsTheMeanOverExamples) {
  const at::Tensor logits = Noise({6, 4}, "logits"), labels = at::tensor({0, 1, 2, 3, 0, 1});
  const auto objective = MakeCrossEntropy();
  EXPECT_DOUBLE_EQ(objective->Loss(logits, labels.to(at::kLong)).item<double>(),
                   objective->PerExample(logits, labels.to(at::kLong)).mean().item<double>());
}

TEST(CrossEntropyTest, StaysFiniteForHugeLogits) {
  const at::Tensor losses =
      MakeCrossEntropy()->PerExample(Matrix({1e4, -1e4}, 2), at::tensor({1}, at::kLong));
  EXPECT_DOUBLE_EQ(losses.item<double>(), 2e4);
}

// ((1 − 0)² + (2 − 4)²)/2 and (3² + 0²)/2: a mean over N·K numbers, without ½.
TEST(MeanSquaredErrorTest, IsTheMeanOverExamplesAndOutputs) {
  const at::Tensor output = Matrix({1, 2, 3, 0}, 2), targets = Matrix({0, 4, 0, 0}, 2);
  const auto objective = MakeMeanSquaredError();
  EXPECT_TRUE(
      at::equal(objective->PerExample(output, targets), at::tensor({2.5, 4.5}, at::kDouble)));
  EXPECT_EQ(objective->Loss(output, targets).item<double>(), 3.5);
}

TEST(MeanSquaredErrorTest, ClassLabelsBecomeOneHot) {
  const at::Tensor losses =
      MakeMeanSquaredError()->PerExample(Matrix({0.5, 1, 0, 0}, 4), at::tensor({1}, at::kLong));
  EXPECT_DOUBLE_EQ(losses.item<double>(), 0.0625);
}

TEST(MeanSquaredErrorTest, TargetsOfAnotherShapeAreRefused) {
  EXPECT_THROW(MakeMeanSquaredError()->PerExample(Matrix({1, 2}, 1), Matrix({1, 2}, 2)),
               c10::Error);
}

// (0.5 + 0)/3 and (0 + 0)/3, and the hinge of a miss.
TEST(HingeTest, IsTheMeanOverClassesOfWhatMarginsLack) {
  const at::Tensor scores = Matrix({2, 1.5, 0, 5, 1, 1, 0, 3, 0}, 3);
  const at::Tensor losses = MakeHinge()->PerExample(scores, at::tensor({0, 0, 2}, at::kLong));
  EXPECT_TRUE(at::allclose(losses, at::tensor({0.5 / 3, 0.0, 5.0 / 3}, at::kDouble)));
}

TEST(HingeTest, EqualsLibTorchsWhichHasNoSecondDerivative) {
  const at::Tensor scores = Noise({7, 4}, "scores");
  const at::Tensor labels = at::tensor({0, 1, 2, 3, 0, 1, 3}, at::kLong);
  EXPECT_TRUE(
      at::allclose(MakeHinge()->Loss(scores, labels), at::multi_margin_loss(scores, labels)));
}

TEST(WeightedTest, IsAFactorOnEveryLoss) {
  const at::Tensor scores = Noise({7, 4}, "scores");
  const at::Tensor labels = at::tensor({0, 1, 2, 3, 0, 1, 3}, at::kLong);
  EXPECT_TRUE(at::allclose(MakeWeighted(MakeHinge(), 0.25)->PerExample(scores, labels),
                           MakeHinge()->PerExample(scores, labels) / 4));
}

TEST(CorrectTest, TheLargestOutputDecides) {
  const std::optional<at::Tensor> correct =
      Correct(Matrix({1, 2, 9, 0}, 2), at::tensor({1, 1}, at::kLong));
  EXPECT_TRUE(at::equal(*correct, at::tensor({1, 0}).to(at::kBool)));
}

TEST(CorrectTest, HasNoMeaningForRegression) {
  EXPECT_FALSE(Correct(Matrix({1, 2}, 1), Matrix({1, 2}, 1)).has_value());
}

}  // namespace
}  // namespace geometer::geometry
