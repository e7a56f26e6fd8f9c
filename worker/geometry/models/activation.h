#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::geometry {

// A nonlinearity applied to every entry, as PyTorch defines it by default.
enum class Activation {
  kRelu,
  kTanh,
  kGelu,
  kSilu,
  kSoftplus,
  kSine,
  kLeakyRelu,  // slope 0.01 below 0
  kElu,
  kSigmoid,
  kIdentity,
};

at::Tensor Activate(Activation activation, const at::Tensor& x);

// Returns σ'(z), entry by entry; attached to `z` where it requires gradients and σ is curved.
at::Tensor Slopes(Activation activation, const at::Tensor& z);

// Returns the largest slope: the smallest c with |σ(x) − σ(y)| ≤ c·|x − y|.
double LipschitzConstant(Activation activation);

}  // namespace geometer::geometry
