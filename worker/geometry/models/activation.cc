#include "worker/geometry/models/activation.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>

namespace geometer::geometry {

at::Tensor Activate(Activation activation, const at::Tensor& x) {
  switch (activation) {
    case Activation::kRelu:
      return at::relu(x);
    case Activation::kTanh:
      return at::tanh(x);
    case Activation::kGelu:
      return at::gelu(x);
    case Activation::kSilu:
      return at::silu(x);
    case Activation::kSoftplus:
      return at::softplus(x);
    case Activation::kSine:
      return at::sin(x);
  }
  TORCH_CHECK(false, "expected an activation, got ", static_cast<int>(activation));
}

}  // namespace geometer::geometry
