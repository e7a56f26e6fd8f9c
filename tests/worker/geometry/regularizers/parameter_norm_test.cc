#include "worker/geometry/regularizers/parameter_norm.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/regularizers/l2.h"

namespace geometer::geometry {
namespace {

double Norm(const SmallProblem& problem, ParameterGroup group, double power) {
  return Value(problem, *MakeParameterNorm(group, power));
}

TEST(ParameterNormTest, OfPowerTwoOverAllIsTwiceL2) {
  const SmallProblem problem = MakeSmallProblem();
  EXPECT_NEAR(Norm(problem, ParameterGroup::kAll, 2), 2 * Value(problem, *MakeL2()), 1e-13);
}

TEST(ParameterNormTest, GroupsAreMatricesVectorsAndTheOutputLayer) {
  const SmallProblem problem = MakeSmallProblem();
  const Tensors& p = problem.network.params;
  const auto sum = [](const at::Tensor& t) { return t.abs().sum().item<double>(); };
  EXPECT_NEAR(Norm(problem, ParameterGroup::kWeights, 1), sum(p[0]) + sum(p[2]) + sum(p[4]), 1e-13);
  EXPECT_NEAR(Norm(problem, ParameterGroup::kVectors, 1), sum(p[1]) + sum(p[3]) + sum(p[5]), 1e-13);
  EXPECT_NEAR(Norm(problem, ParameterGroup::kOutput, 1), sum(p[4]) + sum(p[5]), 1e-13);
}

TEST(ParameterNormTest, GroupsThatANetworkLacksCountNothing) {
  MlpOptions options = SmallMlp();
  options.bias = false;
  const SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  EXPECT_EQ(Norm(problem, ParameterGroup::kVectors, 2), 0);
}

TEST(ParameterNormTest, OfPowerOneHasNoSlopeAtZero) {
  SmallProblem problem = MakeSmallProblem();
  for (at::Tensor& parameter : problem.network.params) parameter = parameter.detach() * 0;
  const auto norm = MakeParameterNorm(ParameterGroup::kAll, 1);
  EXPECT_EQ(Slope(problem, *norm).abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace geometer::geometry
