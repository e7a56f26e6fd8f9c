#include "worker/geometry/regularizers/gradient_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// L(θ) = ½·a·‖θ‖².
Evaluation Quadratic(double a, const at::Tensor& theta) {
  Evaluation evaluation;
  evaluation.network.params = {theta.clone().requires_grad_()};
  evaluation.loss = 0.5 * a * evaluation.network.params[0].square().sum();
  return evaluation;
}

// R = ‖aθ‖² and ∂R/∂θ = 2a²θ.
TEST(GradientNormTest, EqualsTheClosedFormOnAQuadratic) {
  const Evaluation evaluation = Quadratic(3, at::tensor({1.0, -2.0}, at::kDouble));
  const Tensors& params = evaluation.network.params;
  const at::Tensor penalty = MakeGradientNorm()->Penalty(evaluation);
  EXPECT_DOUBLE_EQ(penalty.item<double>(), 45.0);
  EXPECT_TRUE(at::equal(Gradient(penalty, params)[0], 18.0 * params[0].detach()));
}

// GC t21: a step of descent on ½at² at rate 1 multiplies t by 1 − a. The flow of L + R/4 misses
// that by 0.331·a³, that of L by 0.496·a² (a = 0.025).
TEST(GradientNormTest, AQuarterOfItTimesTheRateMatchesDescentToThirdOrder) {
  const auto misses = [](double a, double weight) {
    const Evaluation here = Quadratic(a, at::tensor({1.0}, at::kDouble));
    const at::Tensor modified = here.loss + weight * MakeGradientNorm()->Penalty(here);
    const double exponent = Gradient(modified, here.network.params)[0].item<double>();
    return std::exp(-exponent) - (1 - a);
  };
  EXPECT_NEAR(misses(0.025, 0.25) / std::pow(0.025, 3), 0.331, 1e-3);
  EXPECT_NEAR(misses(0.025, 0) / std::pow(0.025, 2), 0.496, 1e-3);
  EXPECT_NEAR(std::log2(misses(0.1, 0.25) / misses(0.05, 0.25)), 3, 0.05);
  EXPECT_NEAR(std::log2(misses(0.1, 0) / misses(0.05, 0)), 2, 0.05);
}

// ∂R/∂θ = 2·H·∇L.
TEST(GradientNormTest, ItsGradientIsTwiceTheHessianTimesTheGradient) {
  const SmallProblem problem = MakeSmallProblem();
  const ChunkedLoss loss = MeanLoss(problem.network, *problem.objective, problem.examples, 12);
  const HessianOperator hessian(loss, problem.network.params);
  const at::Tensor expected = 2 * hessian.Multiply(Gradient(loss, problem.network.params));
  EXPECT_TRUE(at::allclose(Slope(problem, *MakeGradientNorm()), expected, 1e-10, 1e-13));
}

TEST(GradientNormTest, ThroughBatchNormalisationHasTheGradientOfDifferences) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  ExpectSlopeOfDifferences(problem, *MakeGradientNorm(), 1e-8, 1e-4);
}

TEST(GradientNormTest, OfTheWholeSplitIsThatOfABatchOfAllOfIt) {
  const SmallProblem problem = MakeSmallProblem();
  const auto batch = MakeGradientNorm(), full = MakeFullGradientNorm(problem.examples, 5);
  EXPECT_NEAR(Value(problem, *full), Value(problem, *batch), 1e-14);
  EXPECT_TRUE(at::allclose(Slope(problem, *full), Slope(problem, *batch), 1e-10, 1e-13));
}

// Paper 10's C_reg (GD 3.1): the mean over parts of their own squared gradients.
TEST(GradientNormTest, OfPartsIsTheirMeanWithoutAnIncompleteOne) {
  SmallProblem problem = MakeSmallProblem();
  const double both = Value(problem, *MakePartGradientNorm(5));
  const Examples all = problem.examples;
  double sum = 0;
  for (const int64_t begin : {0, 5}) {
    problem.examples = all.Slice(begin, begin + 5);
    sum += Value(problem, *MakeGradientNorm());
  }
  EXPECT_NEAR(both, sum / 2, 1e-14);
}

TEST(GradientNormTest, UnsquaredIsTheRootAndHasNoSlopeAtAMinimum) {
  const Evaluation at = Quadratic(3, at::tensor({1.0, -2.0}, at::kDouble));
  EXPECT_DOUBLE_EQ(MakeGradientNorm({.squared = false})->Penalty(at).item<double>(),
                   std::sqrt(45.0));
  const Evaluation minimum = Quadratic(3, at::tensor({0.0, 0.0}, at::kDouble));
  const at::Tensor penalty = MakeGradientNorm({.squared = false})->Penalty(minimum);
  EXPECT_TRUE(
      at::equal(Gradient(penalty, minimum.network.params)[0], at::tensor({0.0, 0.0}, at::kDouble)));
}

}  // namespace
}  // namespace geometer::geometry
