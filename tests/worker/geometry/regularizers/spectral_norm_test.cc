#include "worker/geometry/regularizers/spectral_norm.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_svdvals.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/regularizers/prepared.h"
#include "worker/geometry/linear_layers.h"

namespace geometer::geometry {
namespace {

// σ of the matrix that the layer is: its images of all unit vectors.
double NormOfTheUnrolledMap(const LinearLayer& layer) {
  const int64_t size = c10::multiply_integers(layer.inputs);
  std::vector<int64_t> shape = layer.inputs;
  shape[0] = size;
  const at::Tensor units = at::eye(size, at::kDouble).view(shape);
  return at::linalg_svdvals(layer.Apply(units).detach().flatten(1))[0].item<double>();
}

double HalfSumOfSquares(const SmallProblem& problem, const Regularizer& regularizer) {
  const Evaluation here = Prepared(problem, regularizer);
  double sum = 0;
  for (const LinearLayer& layer : LinearLayersOf(here.loss, here.network.params)) {
    const double norm = NormOfTheUnrolledMap(layer);
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
    const double expected = HalfSumOfSquares(problem, *exact);
    EXPECT_NEAR(Value(problem, *exact), expected, 1e-5 * expected) << batch_norm;
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
  const double exact = HalfSumOfSquares(problem, *MakeSpectralNorm());
  EXPECT_LT(bound(1), bound(3));
  EXPECT_LT(bound(3), exact);
  EXPECT_NEAR(bound(300), exact, 1e-3 * exact);
}

}  // namespace
}  // namespace geometer::geometry
