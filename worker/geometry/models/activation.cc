#include "worker/geometry/models/activation.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>

#include "worker/geometry/autograd.h"

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

at::Tensor Slopes(Activation activation, const at::Tensor& z) {
  const bool attached = z.requires_grad() && activation != Activation::kRelu;
  const at::Tensor at = attached ? z : z.detach().requires_grad_();
  const at::AutoGradMode differentiable(true);
  return Gradient(Activate(activation, at).sum(), {at}, attached)[0];
}

double LipschitzConstant(Activation activation) {
  switch (activation) {
    case Activation::kRelu:
    case Activation::kTanh:
    case Activation::kSoftplus:
    case Activation::kSine:
      return 1;
    case Activation::kGelu:
      return 1.1289041451851552;  // at x = √2, where x·Φ(x) turns from convex to concave
    case Activation::kSilu:
      return 1.0998393201288669;  // at x = 2.39935727
  }
  TORCH_CHECK(false, "expected an activation, got ", static_cast<int>(activation));
}

}  // namespace geometer::geometry
