#include "worker/geometry/squared_gradient.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/linear.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

at::Tensor LossOf(const SmallProblem& problem) {
  return Evaluate(problem.network, *problem.objective, problem.examples, Mode::kTraining).loss;
}

// Twelve examples of layers 5-7-6-3 and 100-90-80-3: differentiated as they are, and by examples.
class EitherWay : public testing::TestWithParam<bool> {
 protected:
  static SmallProblem Problem() {
    MlpOptions options = SmallMlp();
    if (GetParam()) options.inputs = 100, options.hidden = {90, 80};
    return MakeSmallProblem(at::kDouble, options);
  }
};

TEST_P(EitherWay, IsTheSquaredNormOfTheGradient) {
  const SmallProblem problem = Problem();
  const Tensors& params = problem.network.params;
  const at::Tensor loss = LossOf(problem);
  const double expected = SquaredNorm(Gradient(loss, params)).item<double>();
  EXPECT_NEAR(SquaredGradient(loss, params).item<double>(), expected, 1e-13 * expected);
}

TEST_P(EitherWay, HasTheDerivativesOfTheSquaredNormOfTheGradient) {
  const SmallProblem problem = Problem();
  const Tensors& params = problem.network.params;
  const at::Tensor loss = LossOf(problem);
  const at::Tensor plain = SquaredNorm(Gradient(loss, params, /*create_graph=*/true));
  const Tensors ours = Gradient(SquaredGradient(loss, params), params, /*create_graph=*/true);
  const Tensors theirs = Gradient(plain, params, /*create_graph=*/true);
  EXPECT_TRUE(at::allclose(Flatten(ours), Flatten(theirs), 1e-10, 1e-14));
  const at::Tensor second = Flatten(Gradient(SquaredNorm(ours), params));
  EXPECT_TRUE(at::allclose(second, Flatten(Gradient(SquaredNorm(theirs), params)), 1e-9, 1e-14));
}

INSTANTIATE_TEST_SUITE_P(SquaredGradientTest, EitherWay, testing::Bool());

TEST(SquaredGradientTest, OfAConvolutionalNetworkIsThatOfItsGradientToo) {
  for (const bool batch_norm : {false, true}) {
    const SmallProblem problem = MakeSmallResNet(at::kDouble, batch_norm);
    const at::Tensor loss = LossOf(problem);
    const double expected = SquaredNorm(Gradient(loss, problem.network.params)).item<double>();
    EXPECT_NEAR(SquaredGradient(loss, problem.network.params).item<double>(), expected,
                1e-12 * expected);
  }
}

// A weight that two layers share has the gradient of both.
TEST(SquaredGradientTest, CountsAWeightOfTwoLayersOnce) {
  const at::Tensor w = Noise({90, 90}, "weight").requires_grad_();
  const at::Tensor h = at::linear(Noise({3, 90}, "inputs"), w).tanh();
  const at::Tensor loss = at::linear(h, w).square().mean();
  const double expected = SquaredNorm(Gradient(loss, {w})).item<double>();
  EXPECT_NEAR(SquaredGradient(loss, {w}).item<double>(), expected, 1e-13 * expected);
}

}  // namespace
}  // namespace geometer::geometry
