#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace geometer::geometry {

// Squared norms of the gradients that single examples have in a layer's parameters, [N], float64,
// from the layer's `input` and `delta`, the gradient of the summed loss in its output, both
// [N, …]. Rounding is that of the inputs' dtype; sums of squares are in float64. No gradient of an
// example outlives the call, and only a few exist at once.

// Of W, [out, in], in z = W·h: |delta|²·|h|², since the gradient is their outer product. `input`
// is [N, in], `delta` [N, out]. Cost: N·(in + out).
at::Tensor DenseWeightSquares(const at::Tensor& input, const at::Tensor& delta);

// Where a convolution's kernel meets its input, in pixels, [height, width] each.
struct ConvolutionShape {
  std::vector<int64_t> kernel;
  std::vector<int64_t> stride;
  std::vector<int64_t> padding;
  std::vector<int64_t> dilation;
};

// Of a convolution's kernel, [out, in, k, k], without groups: with U, [in·k², P], the patches at
// the P positions of the output, the gradient is delta·Uᵀ. Either that product is formed, at
// P·out·in·k² multiplications an example, or its norm is taken as ⟨deltaᵀ·delta, Uᵀ·U⟩, at
// P²·(out + in·k²): whichever is cheaper. `input` is [N, in, …], `delta` [N, out, …].
at::Tensor ConvolutionWeightSquares(const at::Tensor& input, const at::Tensor& delta,
                                    const ConvolutionShape& shape);

// Of w, [C], in z = w·x + b over channels: the sum of delta·x over positions, channel by channel.
// Both are [N, C, …]; `input` is x, already normalised. For x = 1, undefined, that of b, whether
// of a normalisation, a dense layer or a convolution.
at::Tensor ChannelSquares(const at::Tensor& input, const at::Tensor& delta);

}  // namespace geometer::geometry
