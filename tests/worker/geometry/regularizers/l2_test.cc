#include "worker/geometry/regularizers/l2.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

Evaluation EvaluateProblem(const SmallProblem& problem) {
  return Evaluate(problem.network, *problem.objective, problem.examples, Mode::kTraining);
}

// ∂R/∂θ = θ, exactly.
TEST(L2Test, ItsGradientIsTheParametersThemselves) {
  const Evaluation here = EvaluateProblem(MakeSmallProblem());
  const Tensors gradient = Gradient(MakeL2()->Penalty(here), here.network.params);
  EXPECT_TRUE(at::equal(Flatten(gradient), Flatten(here.network.params).detach()));
}

TEST(L2Test, IsHalfTheSquaredNorm) {
  const Evaluation here = EvaluateProblem(MakeSmallProblem());
  const at::Tensor theta = Flatten(here.network.params);
  EXPECT_DOUBLE_EQ(MakeL2()->Penalty(here).item<double>(), 0.5 * theta.dot(theta).item<double>());
}

// L + λR in the loss moves the parameters as weight decay λ in the optimizer does.
TEST(L2Test, WithWeightLambdaIsWeightDecayLambda) {
  const Evaluation here = EvaluateProblem(MakeSmallProblem());
  const Tensors& params = here.network.params;
  const Tensors plain = Gradient(here.loss, params);
  const Tensors penalised = Gradient(here.loss + 0.1 * MakeL2()->Penalty(here), params);
  const at::Tensor decayed = Flatten(plain) + 0.1 * Flatten(params).detach();
  EXPECT_TRUE(at::allclose(Flatten(penalised), decayed, 1e-12, 1e-15));
}

}  // namespace
}  // namespace geometer::geometry
