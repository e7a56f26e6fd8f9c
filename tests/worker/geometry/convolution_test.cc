#include "worker/geometry/convolution.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

struct Case {
  int64_t kernel;
  ConvolutionOptions options;
  bool bias;
};

class EveryConvolution : public testing::TestWithParam<Case> {
 protected:
  at::Tensor Draw(at::IntArrayRef shape, at::ScalarType dtype) {
    return at::randn(shape, generator_, at::kDouble).to(dtype).requires_grad_();
  }

  // x, weight and perhaps bias.
  Tensors Arguments(at::ScalarType dtype) {
    const int64_t kernel = GetParam().kernel;
    Tensors arguments = {Draw({3, 2, 7, 7}, dtype), Draw({4, 2, kernel, kernel}, dtype)};
    if (GetParam().bias) arguments.push_back(Draw({4}, dtype));
    return arguments;
  }

  static at::Tensor Ours(const Tensors& in) {
    return Convolve(in[0], in[1], in.size() > 2 ? in[2] : at::Tensor(), GetParam().options);
  }

  static at::Tensor LibTorchs(const Tensors& in) {
    const auto [stride, padding] = GetParam().options;
    return at::conv2d(in[0], in[1], in.size() > 2 ? in[2] : at::Tensor(), stride, padding);
  }

  at::Generator generator_ = MakeGenerator(5, "convolution");
};

// Derivatives of the orders 1 … 3 along fixed directions of Σ sin(y).
std::vector<Tensors> Derivatives(const at::Tensor& y, const Tensors& in) {
  std::vector<Tensors> derivatives = {Gradient(y.sin().sum(), in, /*create_graph=*/true)};
  for (int order = 2; order <= 3; ++order) {
    at::Tensor along = at::zeros({}, y.options());
    for (const at::Tensor& tensor : derivatives.back()) along = along + tensor.sin().sum();
    derivatives.push_back(Gradient(along, in, /*create_graph=*/true));
  }
  return derivatives;
}

TEST_P(EveryConvolution, IsLibTorchsBitByBitWithItsGradient) {
  const Tensors in = Arguments(at::kFloat);
  EXPECT_TRUE(at::equal(Ours(in), LibTorchs(in)));
  const Tensors ours = Gradient(Ours(in).sin().sum(), in);
  const Tensors theirs = Gradient(LibTorchs(in).sin().sum(), in);
  for (size_t i = 0; i < in.size(); ++i) EXPECT_TRUE(at::equal(ours[i], theirs[i])) << i;
}

TEST_P(EveryConvolution, HasLibTorchsDerivativesUpToTheThirdOrder) {
  const Tensors in = Arguments(at::kDouble);
  const auto ours = Derivatives(Ours(in), in), theirs = Derivatives(LibTorchs(in), in);
  for (size_t order = 0; order < ours.size(); ++order) {
    for (size_t i = 0; i < in.size(); ++i) {
      EXPECT_TRUE(at::allclose(ours[order][i], theirs[order][i], 1e-10, 1e-10))
          << "order " << order + 1 << ", argument " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryConvolution,
                         testing::Values(Case{3, {1, 1}, true}, Case{3, {2, 1}, false},
                                         Case{1, {2, 0}, true}, Case{5, {1, 0}, false},
                                         Case{2, {2, 3}, true}));

TEST(ConvolutionTest, DifferentiatesInItsWeightAlone) {
  const at::Tensor x = at::ones({1, 1, 3, 3}, at::kDouble);
  const at::Tensor w = at::ones({1, 1, 3, 3}, at::kDouble).requires_grad_();
  const at::Tensor y = Convolve(x, w, {}, {1, 0}).square().sum();
  const at::Tensor gradient = Gradient(y, {w}, /*create_graph=*/true)[0];
  EXPECT_TRUE(at::equal(gradient.detach(), at::full({1, 1, 3, 3}, 18.0, at::kDouble)));
  EXPECT_TRUE(
      at::equal(Gradient(gradient.sum(), {w})[0], at::full({1, 1, 3, 3}, 18.0, at::kDouble)));
}

TEST(ConvolutionTest, IsKnownByItsNode) {
  const at::Tensor x = at::ones({1, 1, 3, 3}, at::kDouble).requires_grad_();
  const at::Tensor w = at::ones({1, 1, 3, 3}, at::kDouble);
  const auto node = ConvolutionOf(*Convolve(x, w, {}, {2, 1}).grad_fn());
  ASSERT_TRUE(node.has_value());
  EXPECT_TRUE(at::equal(node->x, x));
  EXPECT_EQ(node->options.stride, 2);
  EXPECT_EQ(node->options.padding, 1);
  EXPECT_FALSE(ConvolutionOf(*(x * w).grad_fn()).has_value());
}

}  // namespace
}  // namespace geometer::geometry
