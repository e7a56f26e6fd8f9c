#include "worker/geometry/models/activation.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>

#include "worker/geometry/autograd.h"
#include "worker/geometry/piecewise_linear.h"

namespace geometer::geometry {

at::Tensor Activate(Activation activation, const at::Tensor& x) {
  switch (activation) {
    case Activation::kRelu:
      return Rectify(x);
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
    case Activation::kLeakyRelu:
      return at::leaky_relu(x);
    case Activation::kElu:
      return at::elu(x);
    case Activation::kSigmoid:
      return at::sigmoid(x);
    case Activation::kIdentity:
      return x;
  }
  TORCH_CHECK(false, "expected an activation, got ", static_cast<int>(activation));
}

at::Tensor Slopes(Activation activation, const at::Tensor& z) {
  if (activation == Activation::kIdentity) return at::ones_like(z.detach());
  const bool straight = activation == Activation::kRelu || activation == Activation::kLeakyRelu;
  const bool attached = z.requires_grad() && !straight;
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
    case Activation::kLeakyRelu:
    case Activation::kElu:
    case Activation::kIdentity:
      return 1;
    case Activation::kSigmoid:
      return 0.25;
    case Activation::kGelu:
      return 1.1289041451851552;  // at x = √2, where x·Φ(x) turns from convex to concave
    case Activation::kSilu:
      return 1.0998393201288669;  // at x = 2.39935727
  }
  TORCH_CHECK(false, "expected an activation, got ", static_cast<int>(activation));
}

}  // namespace geometer::geometry
