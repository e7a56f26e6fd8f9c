#include "worker/geometry/probes/geometric_complexity.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/diag_embed.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

double Complexity(const SmallProblem& problem) {
  const Reading reading = MakeGeometricComplexityProbe()->Measure(problem.AsSubject(5), {});
  return Find(reading, "geometric_complexity").value;
}

at::Tensor Matrix(std::vector<double> values, int64_t columns) {
  return at::tensor(values, at::kDouble).view({-1, columns});
}

// GC t01: GC(Ax + b) = ‖A‖_F² on any data.
TEST(GeometricComplexityTest, OfALinearModelIsTheSquaredNormOfItsMatrix) {
  MlpOptions linear = SmallMlp();
  linear.hidden = {};
  const SmallProblem problem = MakeSmallProblem(at::kDouble, linear);
  const double expected = problem.network.params[0].square().sum().item<double>();
  EXPECT_NEAR(Complexity(problem) / expected, 1, 1e-12);
}

// GC O6: f(x) = x has complexity 1.
TEST(GeometricComplexityTest, OfTheIdentityOnTheLineIsOne) {
  EXPECT_EQ(Complexity(MakeBiasFree({Matrix({1}, 1)}, Activation::kRelu, Matrix({0, 0.3, 1}, 1))),
            1);
}

// GC O1: ‖J‖² = 32, 8, 20, 0, so the mean is 15.
TEST(GeometricComplexityTest, EqualsTheWorkedExampleOfAReluNetwork) {
  const SmallProblem problem =
      MakeBiasFree({Matrix({1, -1, 2, 0}, 2), Matrix({1, 1, 0, -1, 3, 0}, 2)}, Activation::kRelu,
                   Matrix({1, 0, 0.5, 1, -1, -2, -1, 0}, 2));
  const Reading reading = MakeGeometricComplexityProbe()->Measure(problem.AsSubject(), {});
  const Measurement& m = Find(reading, "geometric_complexity");
  EXPECT_DOUBLE_EQ(m.value, 15);
  const double variance = (17. * 17 + 7. * 7 + 5. * 5 + 15. * 15) / 3;
  EXPECT_DOUBLE_EQ(*m.standard_error, std::sqrt(variance / 4));
}

// GC t02: J = W₃·diag(1 − h₂²)·W₂·diag(1 − h₁²)·W₁ for tanh.
TEST(GeometricComplexityTest, EqualsTheProductOfLayerJacobians) {
  const SmallProblem problem = MakeSmallProblem();
  const ForwardResult result = problem.network.Forward(problem.examples.inputs, Mode::kEvaluation);
  const Tensors& p = problem.network.params;
  const auto slope = [&](int layer) {
    return at::diag_embed(1 - result.activations[layer].tensor.square());
  };
  const at::Tensor jacobian =
      at::matmul(at::matmul(p[4], slope(1)), at::matmul(at::matmul(p[2], slope(0)), p[0]));
  const double expected = jacobian.square().sum().item<double>() / 12;
  EXPECT_NEAR(Complexity(problem) / expected, 1, 1e-10);
}

// GC t02, by central differences in every input coordinate.
TEST(GeometricComplexityTest, EqualsFiniteDifferences) {
  const SmallProblem problem = MakeSmallProblem();
  const double h = 1e-5;
  double sum = 0;
  for (int64_t i = 0; i < 5; ++i) {
    const auto output_at = [&](double step) {
      at::Tensor moved = problem.examples.inputs.clone();
      moved.select(1, i) += step;
      return problem.network.Forward(moved, Mode::kEvaluation).output;
    };
    sum += ((output_at(h) - output_at(-h)) / (2 * h)).square().sum().item<double>();
  }
  EXPECT_NEAR(Complexity(problem) / (sum / 12), 1, 1e-6);
}

// GC t04: f → αf multiplies by α².
TEST(GeometricComplexityTest, ScalesWithTheSquareOfTheOutput) {
  const SmallProblem problem = MakeSmallProblem();
  const double before = Complexity(problem);
  problem.network.params[4].detach().mul_(3);
  EXPECT_NEAR(Complexity(problem) / before, 9, 1e-10);
}

// GC t04: f → f + const changes nothing, in each output another one.
TEST(GeometricComplexityTest, DoesNotSeeAShiftOfTheOutput) {
  const SmallProblem problem = MakeSmallProblem();
  const double before = Complexity(problem);
  problem.network.params[5].detach().add_(3 * Noise({3}, "shift"));
  EXPECT_DOUBLE_EQ(Complexity(problem), before);
}

// GC t04: a ReLU layer scaled up and the next one down is the same function.
TEST(GeometricComplexityTest, DoesNotSeeAReluRescaling) {
  const SmallProblem problem = MakeSmallProblem(at::kDouble, SmallMlp(Activation::kRelu));
  const double before = Complexity(problem);
  problem.network.params[0].detach().mul_(4);
  problem.network.params[1].detach().mul_(4);
  problem.network.params[2].detach().div_(4);
  EXPECT_NEAR(Complexity(problem) / before, 1, 1e-10);
}

// GC t04: orthogonal maps of inputs and outputs change nothing.
TEST(GeometricComplexityTest, DoesNotSeeARotation) {
  SmallProblem problem = MakeSmallProblem();
  const double before = Complexity(problem);
  const auto rotation = [](int64_t width) {
    return std::get<0>(at::linalg_qr(Noise({width, width}, "rotation")));
  };
  Tensors& p = problem.network.params;
  problem.examples.inputs = problem.examples.inputs.matmul(rotation(5));
  p[0] = p[0].matmul(rotation(5));
  p[4] = rotation(3).matmul(p[4]);
  EXPECT_NEAR(Complexity(problem) / before, 1, 1e-12);
}

// GC t04: a permutation of hidden units is the same function.
TEST(GeometricComplexityTest, DoesNotSeeAPermutationOfHiddenUnits) {
  SmallProblem problem = MakeSmallProblem();
  const double before = Complexity(problem);
  Tensors& p = problem.network.params;
  p[0] = p[0].flip(0);
  p[1] = p[1].flip(0);
  p[2] = p[2].flip(1);
  EXPECT_NEAR(Complexity(problem) / before, 1, 1e-10);
}

// GC t04: x = s·u, so GC_u = s²·GC_x.
TEST(GeometricComplexityTest, ScalesWithTheUnitOfTheInput) {
  SmallProblem problem = MakeSmallProblem();
  const double before = Complexity(problem);
  problem.examples.inputs = problem.examples.inputs / 0.25;
  problem.network.params[0].detach().mul_(0.25);
  EXPECT_NEAR(Complexity(problem) / before, 0.0625, 1e-10);
}

// GC t10: all weights of a bias-free ReLU network of L = 3 layers times α gives α⁶.
TEST(GeometricComplexityTest, ScalesWithTwiceTheDepthInTheWeights) {
  MlpOptions options = SmallMlp(Activation::kRelu);
  options.bias = false;
  const double before = Complexity(MakeSmallProblem(at::kDouble, options));
  options.scale = 2;
  EXPECT_NEAR(Complexity(MakeSmallProblem(at::kDouble, options)) / before, 64, 1e-9);
}

}  // namespace
}  // namespace geometer::geometry
