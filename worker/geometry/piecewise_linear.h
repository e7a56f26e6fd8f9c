#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::geometry {

// Operations that are linear between kinks. Bit by bit LibTorch's with their first derivatives; but
// where that fills and adds tensors of zeros for second derivatives, these know that there are
// none.

// max(0, x), entry by entry, with slope 0 at 0.
at::Tensor Rectify(const at::Tensor& x);

// The largest of each 2×2 pixels: [N, C, H, W] to [N, C, H/2, W/2], rounded down.
at::Tensor PoolMaximum(const at::Tensor& x);

}  // namespace geometer::geometry
