#include "worker/geometry/regularizers/gradient_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
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

Evaluation AtDirection(const SmallProblem& problem, const at::Tensor& v, double step) {
  const Network moved{problem.model.get(), Moved(problem.network.params, v, step),
                      problem.network.buffers};
  return Evaluate(Detached(moved, /*track=*/true), *problem.objective, problem.examples,
                  Mode::kTraining);
}

// R = ‖aθ‖² and ∂R/∂θ = 2a²θ.
TEST(GradientNormTest, EqualsTheClosedFormOnAQuadratic) {
  const Evaluation evaluation = Quadratic(3, at::tensor({1.0, -2.0}, at::kDouble));
  const Tensors& params = evaluation.network.params;
  const at::Tensor penalty = MakeGradientNorm()->Penalty(evaluation);
  EXPECT_DOUBLE_EQ(penalty.item<double>(), 45.0);
  EXPECT_TRUE(at::equal(Gradient(penalty, params)[0], 18.0 * params[0].detach()));
}

TEST(GradientNormTest, ItsGradientEqualsCentralDifferences) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor v = Noise({Flatten(problem.network.params).numel()}, "direction");
  const auto penalty = MakeGradientNorm();
  const double h = 1e-5;
  const double slope =
      (penalty->Penalty(AtDirection(problem, v, h)) - penalty->Penalty(AtDirection(problem, v, -h)))
          .item<double>() /
      (2 * h);
  const Evaluation here = AtDirection(problem, v, 0);
  const Tensors gradient = Gradient(penalty->Penalty(here), here.network.params);
  EXPECT_NEAR(Flatten(gradient).dot(v).item<double>(), slope, 1e-7 * std::abs(slope));
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
  const Evaluation here =
      Evaluate(problem.network, *problem.objective, problem.examples, Mode::kTraining);
  const ChunkedLoss loss = MeanLoss(problem.network, *problem.objective, problem.examples, 12);
  const HessianOperator hessian(loss, problem.network.params);
  const at::Tensor expected = 2 * hessian.Multiply(Gradient(loss, problem.network.params));
  const Tensors gradient = Gradient(MakeGradientNorm()->Penalty(here), here.network.params);
  EXPECT_TRUE(at::allclose(Flatten(gradient), expected, 1e-10, 1e-13));
}

TEST(GradientNormTest, HasTheLosssDtypeAndKeepsItsGraph) {
  const Evaluation evaluation = Quadratic(3, at::tensor({1.0f, -2.0f}));
  EXPECT_EQ(MakeGradientNorm()->Penalty(evaluation).scalar_type(), at::kFloat);
  EXPECT_TRUE(Gradient(evaluation.loss, evaluation.network.params)[0].defined());
}

TEST(GradientNormTest, WorksThroughBatchNormalisationInTrainingMode) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  const Evaluation here =
      Evaluate(problem.network, *problem.objective, problem.examples, Mode::kTraining);
  const Tensors gradient = Gradient(MakeGradientNorm()->Penalty(here), here.network.params);
  EXPECT_TRUE(Flatten(gradient).isfinite().all().item<bool>());
}

}  // namespace
}  // namespace geometer::geometry
