#include "worker/geometry/regularizers/sharpness.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

at::Tensor GradientAt(const SmallProblem& problem, const Tensors& params) {
  const Network moved = Detached({problem.model.get(), params, problem.network.buffers}, true);
  const at::Tensor loss =
      Evaluate(moved, *problem.objective, problem.examples, Mode::kTraining).loss;
  return Flatten(Gradient(loss, moved.params));
}

// The gradient of loss plus penalty is that of the loss at θ + ρĝ.
TEST(SharpnessTest, WithWeightOneIsSharpnessAwareMinimisation) {
  const SmallProblem problem = MakeSmallProblem();
  const Tensors& params = problem.network.params;
  const at::Tensor g = GradientAt(problem, params);
  const at::Tensor uphill = GradientAt(problem, Moved(params, g / g.norm(), 0.3));
  const at::Tensor found = g + Slope(problem, *MakeSharpness(0.3));
  EXPECT_TRUE(at::allclose(found, uphill, 1e-12, 1e-15));
  EXPECT_FALSE(at::allclose(found, GradientAt(problem, Moved(params, g / g.norm(), -0.3)), 1e-3));
}

TEST(SharpnessTest, IsTheRiseOfTheLossUphill) {
  const SmallProblem problem = MakeSmallProblem();
  const Tensors& params = problem.network.params;
  const at::Tensor g = GradientAt(problem, params);
  const double rise = problem.LossAt(Moved(params, g / g.norm(), 0.3)) - problem.LossAt(params);
  EXPECT_NEAR(Value(problem, *MakeSharpness(0.3)), rise, 1e-14);
}

// R = ρ‖g‖ + O(ρ²) and its gradient ρ·Hĝ + O(ρ²): halving ρ leaves a quarter of the remainder.
TEST(SharpnessTest, IsRadiusTimesTheGradientNormForSmallRadius) {
  const SmallProblem problem = MakeSmallProblem();
  const at::Tensor g = GradientAt(problem, problem.network.params);
  const double h = 1e-5;
  const at::Tensor bent = (GradientAt(problem, Moved(problem.network.params, g / g.norm(), h)) -
                           GradientAt(problem, Moved(problem.network.params, g / g.norm(), -h))) /
                          (2 * h);
  const auto misses = [&](double radius) {
    return (Slope(problem, *MakeSharpness(radius)) - radius * bent).norm().item<double>();
  };
  EXPECT_NEAR(std::log2(misses(0.02) / misses(0.01)), 2, 0.05);
}

// All outputs are their targets, so that g = 0.
TEST(SharpnessTest, OfAMinimumIsZeroWithZeroGradient) {
  SmallProblem problem = MakeSmallProblem();
  for (at::Tensor& parameter : problem.network.params) parameter = at::zeros_like(parameter);
  problem.objective = MakeMeanSquaredError();
  problem.examples.targets = at::zeros({12, 3}, at::kDouble);
  EXPECT_EQ(Value(problem, *MakeSharpness(0.3)), 0);
  EXPECT_EQ(Slope(problem, *MakeSharpness(0.3)).abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace geometer::geometry
