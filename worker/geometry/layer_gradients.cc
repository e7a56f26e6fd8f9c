#include "worker/geometry/layer_gradients.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/im2col.h>

#include <algorithm>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kPatchesAtOnce = 1 << 20;  // numbers, so that they stay in a processor's cache

// The sum of squares of each example.
at::Tensor Squares(const at::Tensor& values) {
  return values.flatten(1).square().sum(1, /*keepdim=*/false, at::kDouble);
}

// ‖delta·Uᵀ‖² for `delta` [N, out, P] and U, `patches`, [N, in·k², P].
at::Tensor ProductSquares(const at::Tensor& delta, const at::Tensor& patches) {
  const int64_t out = delta.size(1), in = patches.size(1), positions = delta.size(2);
  if (positions * (out + in) >= out * in) return Squares(at::bmm(delta, patches.mT()));
  const at::Tensor products = at::bmm(delta.mT(), delta).mul_(at::bmm(patches.mT(), patches));
  return products.flatten(1).sum(1, /*keepdim=*/false, at::kDouble);
}

}  // namespace

at::Tensor DenseWeightSquares(const at::Tensor& input, const at::Tensor& delta) {
  return Squares(input) * Squares(delta);
}

at::Tensor ConvolutionWeightSquares(const at::Tensor& input, const at::Tensor& delta,
                                    const ConvolutionShape& shape) {
  const at::Tensor rows = delta.flatten(2);
  const int64_t patch = input.size(1) * shape.kernel[0] * shape.kernel[1] * rows.size(2);
  const int64_t at_once = std::max<int64_t>(1, kPatchesAtOnce / patch);
  Tensors squares;
  for (int64_t begin = 0; begin < input.size(0); begin += at_once) {
    const at::Tensor patches = at::im2col(input.slice(0, begin, begin + at_once), shape.kernel,
                                          shape.dilation, shape.padding, shape.stride);
    squares.push_back(ProductSquares(rows.slice(0, begin, begin + at_once), patches));
  }
  return at::cat(squares);
}

at::Tensor ChannelSquares(const at::Tensor& input, const at::Tensor& delta) {
  const at::Tensor products = input.defined() ? input * delta : delta;
  return Squares(products.dim() > 2 ? products.flatten(2).sum(2) : products);
}

}  // namespace geometer::geometry
