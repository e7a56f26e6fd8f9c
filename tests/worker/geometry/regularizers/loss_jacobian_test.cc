#include "worker/geometry/regularizers/loss_jacobian.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

// f = Ax + b, ℓ_n = (1/K)|f − y|²: ∂ℓ/∂x = (2/K)·Aᵀ(f − y).
TEST(LossJacobianTest, OfALinearModelIsItsClosedForm) {
  MlpOptions options = SmallMlp();
  options.hidden = {};
  SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  problem.objective = MakeMeanSquaredError();
  problem.examples.targets = Noise({12, 3}, "targets");
  const at::Tensor residual =
      problem.network.Forward(problem.examples.inputs, Mode::kTraining).output -
      problem.examples.targets;
  const at::Tensor slopes = 2.0 / 3 * residual.matmul(problem.network.params[0]);
  const double expected = slopes.square().sum().item<double>() / 12;
  EXPECT_NEAR(Value(problem, *MakeLossJacobian()), expected, 1e-13);
}

}  // namespace
}  // namespace geometer::geometry
