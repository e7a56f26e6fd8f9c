#include "worker/geometry/layer_gradients.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>

#include <algorithm>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kPatchesAtOnce = 1 << 20;  // numbers, so that they stay in a processor's cache

// The sum of squares of each example.
at::Tensor Squares(const at::Tensor& values) {
  return values.flatten(1).square().sum(1, /*keepdim=*/false, at::kDouble);
}

// U, [N, in·k², P]. A copy of a strided view: on a CPU twice as fast as at::im2col.
at::Tensor Patches(const at::Tensor& input, const at::Tensor& delta,
                   const ConvolutionShape& shape) {
  const auto& [kernel, stride, padding, dilation] = shape;
  const at::Tensor x = at::constant_pad_nd(input, {padding[1], padding[1], padding[0], padding[0]});
  const at::Tensor view =
      x.as_strided({x.size(0), x.size(1), kernel[0], kernel[1], delta.size(2), delta.size(3)},
                   {x.stride(0), x.stride(1), dilation[0] * x.stride(2), dilation[1] * x.stride(3),
                    stride[0] * x.stride(2), stride[1] * x.stride(3)});
  return view.reshape({x.size(0), x.size(1) * kernel[0] * kernel[1], -1});
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
  const int64_t numbers = input.size(1) * shape.kernel[0] * shape.kernel[1] * delta[0][0].numel();
  const int64_t at_once = std::max<int64_t>(1, kPatchesAtOnce / numbers);
  Tensors squares;
  for (int64_t begin = 0; begin < input.size(0); begin += at_once) {
    const at::Tensor part = delta.slice(0, begin, begin + at_once);
    const at::Tensor patches = Patches(input.slice(0, begin, begin + at_once), part, shape);
    squares.push_back(ProductSquares(part.flatten(2), patches));
  }
  return at::cat(squares);
}

at::Tensor ChannelSquares(const at::Tensor& input, const at::Tensor& delta) {
  const at::Tensor products = input.defined() ? input * delta : delta;
  return Squares(products.dim() > 2 ? products.flatten(2).sum(2) : products);
}

}  // namespace geometer::geometry
