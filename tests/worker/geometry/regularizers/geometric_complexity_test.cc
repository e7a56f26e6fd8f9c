#include "worker/geometry/regularizers/geometric_complexity.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/regularizers/prepared.h"

namespace geometer::geometry {
namespace {

// GC T2b, t01: of f = Ax + b it is ‖A‖², whatever the data; its gradient is 2A.
TEST(GeometricComplexityPenaltyTest, OfALinearModelIsTheSquaredNormOfItsWeights) {
  MlpOptions options = SmallMlp();
  options.hidden = {};
  const SmallProblem problem = MakeSmallProblem(at::kDouble, options);
  const at::Tensor a = problem.network.params[0].detach();
  const auto penalty = MakeGeometricComplexity();
  EXPECT_NEAR(Value(problem, *penalty), a.square().sum().item<double>(), 1e-14);
  const at::Tensor slope = Slope(problem, *penalty).narrow(0, 0, a.numel());
  EXPECT_TRUE(at::allclose(slope, 2 * a.flatten(), 1e-12, 1e-14));
}

// GC O1: complexity 15 of the output and 3 of the embedding.
TEST(GeometricComplexityPenaltyTest, OfTheWorkedExampleIsFifteenAndThree) {
  const SmallProblem problem = MakeBiasFree(
      {at::tensor({1.0, -1.0, 2.0, 0.0}, at::kDouble).view({2, 2}),
       at::tensor({1.0, 1.0, 0.0, -1.0, 3.0, 0.0}, at::kDouble).view({3, 2})},
      Activation::kRelu,
      at::tensor({1.0, 0.0, 0.5, 1.0, -1.0, -2.0, -1.0, 0.0}, at::kDouble).view({4, 2}));
  EXPECT_NEAR(Value(problem, *MakeGeometricComplexity()), 15, 1e-13);
  const ComplexityPenaltyOptions embedding{.target = ComplexityTarget::kEmbedding};
  EXPECT_NEAR(Value(problem, *MakeGeometricComplexity(embedding)), 3, 1e-13);
}

// ∂tanh(z)/∂x = (1 − tanh²)∘W for the first layer.
TEST(GeometricComplexityPenaltyTest, OfTheFirstLayerIsItsClosedForm) {
  const SmallProblem problem = MakeSmallProblem();
  const Tensors& params = problem.network.params;
  const at::Tensor slopes =
      1 - at::linear(problem.examples.inputs, params[0], params[1]).tanh().square();
  const double expected = slopes.square().matmul(params[0].square()).sum().item<double>() / 12;
  const ComplexityPenaltyOptions first{.target = ComplexityTarget::kLayer, .layer = "hidden.0"};
  EXPECT_NEAR(Value(problem, *MakeGeometricComplexity(first)), expected, 1e-13);
}

// Of a ResNet, which is no chain, against the square of each entry by differences.
TEST(GeometricComplexityPenaltyTest, OfAConvolutionalNetworkEqualsDifferencesInItsInputs) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/false);
  const double h = 1e-6;
  double sum = 0;
  for (int64_t pixel = 0; pixel < 3 * 8 * 8; ++pixel) {
    const auto at = [&](double step) {
      const at::Tensor moved = problem.examples.inputs.clone();
      moved.flatten(1).select(1, pixel) += step;
      return problem.network.Forward(moved, Mode::kTraining).output.detach();
    };
    sum += ((at(h) - at(-h)) / (2 * h)).square().sum().item<double>() / 12;
  }
  EXPECT_NEAR(Value(problem, *MakeGeometricComplexity()), sum, 1e-6 * sum);
}

// GC t08: the mean over draws is the exact value, within 5 standard errors.
TEST(GeometricComplexityPenaltyTest, ProjectionsEstimateItWithoutBias) {
  const SmallProblem problem = MakeSmallProblem();
  const auto estimate = MakeGeometricComplexity({.projections = 1});
  constexpr int kDraws = 400;
  double sum = 0, squares = 0;
  for (uint64_t step = 0; step < kDraws; ++step) {
    Evaluation here = Prepared(problem, *estimate);
    here.pass.random = {.seed = 3, .step = step};
    const double value = estimate->Penalty(here).item<double>();
    sum += value, squares += value * value;
  }
  const double mean = sum / kDraws, variance = squares / kDraws - mean * mean;
  EXPECT_GT(variance, 0);
  EXPECT_NEAR(mean, Value(problem, *MakeGeometricComplexity()), 5 * std::sqrt(variance / kDraws));
}

// GC t23: through batch normalisation the sum of outputs is differentiated, statistics included.
TEST(GeometricComplexityPenaltyTest, ThroughBatchNormalisationHasTheGradientOfDifferences) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  ExpectSlopeOfDifferences(problem, *MakeGeometricComplexity(), 1e-8, 1e-4);
}

}  // namespace
}  // namespace geometer::geometry
