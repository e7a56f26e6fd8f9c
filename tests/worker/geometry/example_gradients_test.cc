#include "worker/geometry/example_gradients.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/stack.h>
#include <gtest/gtest.h>

#include <limits>
#include <utility>

#include "tests/worker/geometry/function_model.h"
#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/layer_gradients.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

at::Tensor SquaresOf(const Network& network, const SmallProblem& problem) {
  return ExampleGradientSquares(Detached(network, /*track=*/true), *problem.objective,
                                problem.examples);
}

// The squared norm of the gradient of each example alone, by one backward pass each.
at::Tensor Reference(const SmallProblem& problem) {
  Tensors squares;
  for (const Examples& one : Chunks(problem.examples, 1)) {
    const Evaluation here = Evaluate(problem.network, *problem.objective, one, Mode::kEvaluation);
    squares.push_back(SquaredNorm(Gradient(here.loss, problem.network.params)));
  }
  return at::stack(squares);
}

void ExpectExact(const SmallProblem& problem, double tolerance = 1e-12) {
  const at::Tensor squares = SquaresOf(problem.network, problem);
  EXPECT_EQ(squares.scalar_type(), at::kDouble);
  EXPECT_TRUE(at::allclose(squares, Reference(problem), tolerance, 0))
      << squares << Reference(problem);
}

// The problem `problem` for the network `function` with `params`; returns its forward passes.
int ExpectExactFor(SmallProblem problem, Tensors params, FunctionModel::Function function) {
  auto model = std::make_unique<FunctionModel>(std::move(function));
  for (at::Tensor& parameter : params) parameter.requires_grad_();
  problem.network = {model.get(), std::move(params), {}};
  const int64_t before = model->passes;
  SquaresOf(problem.network, problem);
  const int passes = static_cast<int>(model->passes - before);
  ExpectExact(problem);
  return passes;
}

TEST(ExampleGradientsTest, OfAnMlpEqualOneBackwardPassPerExample) {
  ExpectExact(MakeSmallProblem());
  ExpectExact(MakeSmallProblem(at::kFloat), 1e-5);
}

TEST(ExampleGradientsTest, OfAnMlpWithoutBiasesToo) {
  MlpOptions options = SmallMlp();
  options.bias = false;
  ExpectExact(MakeSmallProblem(at::kDouble, options));
}

TEST(ExampleGradientsTest, OfSquaredErrorsToo) {
  SmallProblem problem = MakeSmallProblem();
  problem.objective = MakeMeanSquaredError();
  ExpectExact(problem);
}

TEST(ExampleGradientsTest, OfAResNetEqualOneBackwardPassPerExample) {
  for (const bool batch_norm : {false, true}) {
    ExpectExact(MakeSmallResNet(at::kDouble, batch_norm));
    ExpectExact(MakeSmallResNet(at::kFloat, batch_norm), 1e-3);
  }
}

// Passes through `model` are counted.
TEST(ExampleGradientsTest, OfTheLibrarysModelsNeedOneForwardPass) {
  for (const SmallProblem& problem : {MakeSmallProblem(), MakeSmallResNet(at::kDouble, true),
                                      MakeSmallResNet(at::kDouble, false)}) {
    const FunctionModel counting([&](at::TensorList parameters, const at::Tensor& inputs) {
      return problem.model->Forward(parameters, problem.network.buffers, inputs, Mode::kEvaluation)
          .output;
    });
    SquaresOf({&counting, problem.network.params, {}}, problem);
    EXPECT_EQ(counting.passes, 1);
  }
}

// z = W₂·σ(W₁·x + w ⊙ x): the elementwise product is no layer.
TEST(ExampleGradientsTest, OfAnUnknownOperationAreExact) {
  const auto function = [](at::TensorList p, const at::Tensor& x) {
    return at::linear((at::linear(x, p[0]) + p[1] * x).tanh(), p[2]);
  };
  const Tensors params = {Noise({5, 5}, "a"), Noise({5}, "b"), Noise({3, 5}, "c")};
  EXPECT_EQ(ExpectExactFor(MakeSmallProblem(), params, function), 1 + 12);
}

// The gradient of a weight that is read twice is a sum, whose norm is no sum of norms.
TEST(ExampleGradientsTest, OfASharedWeightAreExact) {
  const auto function = [](at::TensorList p, const at::Tensor& x) {
    return at::linear(at::linear(x, p[0]).tanh(), p[0]).slice(1, 0, 3);
  };
  EXPECT_EQ(ExpectExactFor(MakeSmallProblem(), {Noise({5, 5}, "a")}, function), 1 + 12);
}

// A layer over the positions of an example sees more rows than there are examples.
TEST(ExampleGradientsTest, OfALayerOverPositionsAreExact) {
  const auto function = [](at::TensorList p, const at::Tensor& x) {
    return at::linear(x.reshape({-1, 1}), p[0], p[1]).tanh().reshape({-1, 5, 3}).sum(1);
  };
  const Tensors params = {Noise({3, 1}, "a"), Noise({3}, "b")};
  EXPECT_EQ(ExpectExactFor(MakeSmallProblem(), params, function), 1 + 12);
}

// A bias of one number for all outputs is added to each.
TEST(ExampleGradientsTest, OfABroadcastBiasAreExact) {
  const auto function = [](at::TensorList p, const at::Tensor& x) {
    return at::linear(x, p[0], p[1]);
  };
  ExpectExactFor(MakeSmallProblem(), {Noise({3, 5}, "a"), Noise({1}, "b")}, function);
}

TEST(ExampleGradientsTest, OfAConstantNetworkAreZero) {
  const auto function = [](at::TensorList, const at::Tensor& x) { return x.slice(1, 0, 3); };
  EXPECT_EQ(ExpectExactFor(MakeSmallProblem(), {Noise({5}, "a")}, function), 1);
}

TEST(ExampleGradientsTest, AreNotANumberAfterDivergence) {
  const SmallProblem problem = MakeSmallProblem(at::kFloat);
  problem.network.params[0].detach().fill_(std::numeric_limits<float>::quiet_NaN());
  EXPECT_TRUE(SquaresOf(problem.network, problem).isnan().all().item<bool>());
}

// Both forms: 3 output channels at 81 positions, then 40 at 4; strides, dilation, paddings.
TEST(LayerGradientsTest, OfConvolutionsEqualAutomaticDerivatives) {
  const auto expect_exact = [](int64_t channels, int64_t side, const ConvolutionShape& shape) {
    const at::Tensor x = Noise({4, 30, side, side}, "x");
    const at::Tensor kernel =
        Noise({channels, 30, shape.kernel[0], shape.kernel[1]}, "kernel").requires_grad_();
    const at::Tensor z = at::conv2d(x, kernel, {}, shape.stride, shape.padding, shape.dilation);
    const at::Tensor delta = Noise(z.sizes(), "delta");
    Tensors squares;
    for (int64_t n = 0; n < 4; ++n) {
      squares.push_back(SquaredNorm(VectorJacobianProduct({z[n]}, {delta[n]}, {kernel})));
    }
    EXPECT_TRUE(
        at::allclose(ConvolutionWeightSquares(x, delta, shape), at::stack(squares), 1e-12, 0));
  };
  expect_exact(3, 9, {{3, 3}, {1, 1}, {1, 1}, {1, 1}});
  expect_exact(40, 4, {{3, 3}, {2, 2}, {1, 1}, {1, 1}});
  expect_exact(3, 9, {{3, 2}, {2, 1}, {0, 1}, {1, 2}});
}

}  // namespace
}  // namespace geometer::geometry
