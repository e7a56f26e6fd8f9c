#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::geometry {

// A nonlinearity applied to every entry, as PyTorch defines it by default.
enum class Activation { kRelu, kTanh, kGelu, kSilu, kSoftplus, kSine };

at::Tensor Activate(Activation activation, const at::Tensor& x);

}  // namespace geometer::geometry
