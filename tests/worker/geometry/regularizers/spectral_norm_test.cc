#include "worker/geometry/regularizers/spectral_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/linear_layers.h"

namespace geometer::geometry {
namespace {

// The transpose of the matrix that the layer is: its images of all unit vectors.
at::Tensor UnrolledMap(const LinearLayer& layer) {
  const int64_t size = c10::multiply_integers(layer.inputs);
  std::vector<int64_t> shape = layer.inputs;
  shape[0] = size;
  const at::Tensor units = at::eye(size, at::kDouble).view(shape);
  return layer.Apply(units).detach().flatten(1);
}

double HalfSumOfSquares(const Evaluation& here) {
  double sum = 0;
  for (const LinearLayer& layer : LinearLayersOf(here.loss, here.network.params)) {
    const double norm = at::linalg_svdvals(UnrolledMap(layer))[0].item<double>();
    sum += 0.5 * norm * norm;
  }
  return sum;
}

TEST(SpectralNormTest, OfDenseLayersIsThatOfTheirMatrices) {
  const SmallProblem problem = MakeSmallProblem();
  double expected = 0;
  for (const int layer : {0, 2, 4}) {
    const at::Tensor norms = at::linalg_svdvals(problem.network.params[layer].detach());
    expected += 0.5 * norms[0].square().item<double>();
  }
  EXPECT_NEAR(Value(problem, *MakeSpectralNorm()), expected, 1e-12);
}

// GC 3.2: the operator with its padding and stride, not the reshaped kernel, and batch
// normalisation folded in.
TEST(SpectralNormTest, OfConvolutionsIsThatOfTheUnrolledMapsWithTheirNormalisation) {
  for (const bool batch_norm : {false, true}) {
    const SmallProblem problem = MakeSmallResNet(at::kDouble, batch_norm);
    const auto exact = MakeSpectralNorm();
    const double expected = HalfSumOfSquares(Prepared(problem, *exact));
    EXPECT_NEAR(Value(problem, *exact), expected, 1e-5 * expected) << batch_norm;
  }
}

// ∂/∂θ of ½Σσ², flat, from the singular vectors of the unrolled maps.
at::Tensor ExactSlope(const Evaluation& here) {
  at::Tensor sum = at::zeros({}, at::kDouble);
  for (const LinearLayer& layer : LinearLayersOf(here.loss, here.network.params)) {
    const at::Tensor v =
        std::get<2>(at::linalg_svd(UnrolledMap(layer).t(), /*full_matrices=*/false));
    sum = sum + 0.5 * layer.Apply(v[0].view(layer.inputs)).square().sum();
  }
  return Flatten(Gradient(sum, here.network.params));
}

// In the weights and in the gains of normalisations, whose statistics count as constants: exact
// vectors give the gradient of differences, the product's own are near them.
TEST(SpectralNormTest, OfConvolutionsHasTheGradientOfDifferences) {
  for (const bool batch_norm : {false, true}) {
    const SmallProblem problem = MakeSmallResNet(at::kDouble, batch_norm);
    const auto regularizer = MakeSpectralNorm();
    const at::Tensor v = Noise({Flatten(problem.network.params).numel()}, "direction");
    const auto at = [&](double distance) {
      return Prepared(problem, Moved(problem.network.params, v, distance), *regularizer,
                      Mode::kEvaluation);
    };
    const Evaluation here = at(0);
    const at::Tensor exact = ExactSlope(here);
    const double difference = (HalfSumOfSquares(at(1e-6)) - HalfSumOfSquares(at(-1e-6))) / 2e-6;
    EXPECT_NEAR(exact.dot(v).item<double>(), difference, 1e-5 * std::abs(difference));
    const at::Tensor slope = Flatten(Gradient(regularizer->Penalty(here), here.network.params));
    EXPECT_LT((slope - exact).norm().item<double>(), 0.03 * exact.norm().item<double>());
  }
}

TEST(SpectralNormTest, FindsEveryLinearLayer) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/true);
  const Evaluation here = Prepared(problem, *MakeSpectralNorm());
  const auto layers = LinearLayersOf(here.loss, here.network.params);
  ASSERT_EQ(layers.size(), 21U);  // a stem, 16 in blocks, 3 shortcuts, the output
  EXPECT_EQ(layers[0].inputs, (std::vector<int64_t>{1, 3, 8, 8}));
  for (size_t i = 0; i + 1 < layers.size(); ++i) EXPECT_TRUE(layers[i].gain.defined()) << i;
  EXPECT_FALSE(layers.back().convolution.has_value());
}

TEST(SpectralNormTest, PowerIterationApproachesItFromBelow) {
  const SmallProblem problem = MakeSmallResNet(at::kDouble, /*batch_norm=*/false);
  const auto bound = [&](int64_t iterations) {
    return Value(problem, *MakeSpectralNorm({SpectralMethod::kPowerIteration, iterations}));
  };
  const double exact = HalfSumOfSquares(Prepared(problem, *MakeSpectralNorm()));
  EXPECT_LT(bound(1), bound(3));
  EXPECT_LT(bound(3), exact);
  EXPECT_NEAR(bound(300), exact, 1e-3 * exact);
}

}  // namespace
}  // namespace geometer::geometry
