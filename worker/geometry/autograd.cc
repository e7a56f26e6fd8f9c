#include "worker/geometry/autograd.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <utility>

namespace geometer::geometry {
namespace {

// ∇²L·v from a gradient that still has its graph, or D³L[u, v] from ∇²L·u.
Tensors DifferentiateAgain(const Tensors& gradient, const at::Tensor& v, at::TensorList params,
                           bool create_graph = false) {
  return VectorJacobianProduct(gradient, Unflatten(v, params), params, create_graph);
}

}  // namespace

Tensors VectorJacobianProduct(const Tensors& outputs, const Tensors& weights, at::TensorList inputs,
                              bool create_graph) {
  Tensors dependent, along;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    dependent.push_back(outputs[i]);
    along.push_back(weights[i]);
  }
  Tensors product(inputs.size());
  if (!dependent.empty()) {
    product = torch::autograd::grad(dependent, inputs.vec(), along, /*retain_graph=*/true,
                                    create_graph, /*allow_unused=*/true);
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!product[i].defined()) product[i] = at::zeros_like(inputs[i]);
  }
  return product;
}

Tensors Gradient(const at::Tensor& loss, at::TensorList params, bool create_graph) {
  TORCH_CHECK(loss.dim() == 0, "expected a loss of shape [], got ", loss.sizes());
  return VectorJacobianProduct({loss}, {at::ones_like(loss)}, params, create_graph);
}

at::Tensor Gradient(const ChunkedLoss& loss, at::TensorList params) {
  at::Tensor sum;
  for (int64_t chunk = 0; chunk < loss.chunks; ++chunk) {
    const at::Tensor part = Flatten(Gradient(loss.term(chunk), params)).to(at::kDouble);
    sum = sum.defined() ? sum.add_(part) : part;
  }
  TORCH_CHECK(sum.defined(), "expected at least one chunk of data, got none");
  return sum;
}

HessianOperator::HessianOperator(ChunkedLoss loss, Tensors params)
    : loss_(std::move(loss)), params_(std::move(params)) {
  TORCH_CHECK(loss_.chunks >= 1, "expected at least one chunk of data, got none");
  if (loss_.chunks == 1)
    kept_gradient_ = geometry::Gradient(loss_.term(0), params_, /*create_graph=*/true);
}

at::Tensor HessianOperator::Multiply(const at::Tensor& v) const {
  const auto by = [&](const Tensors& gradient) {
    return ByRows(v, [&](const at::Tensor& row) {
      return Flatten(DifferentiateAgain(gradient, row, params_));
    });
  };
  if (!kept_gradient_.empty()) return by(kept_gradient_).to(at::kDouble);
  at::Tensor sum = at::zeros(v.sizes(), v.options().dtype(at::kDouble));
  for (int64_t chunk = 0; chunk < loss_.chunks; ++chunk) {
    sum += by(geometry::Gradient(loss_.term(chunk), params_, /*create_graph=*/true));
  }
  return sum;
}

at::Tensor HessianOperator::Gradient() const {
  if (kept_gradient_.empty()) return geometry::Gradient(loss_, params_);
  return Flatten(kept_gradient_).detach().to(at::kDouble);
}

at::Tensor ThirdDerivative(const ChunkedLoss& loss, at::TensorList params, const at::Tensor& u,
                           const at::Tensor& v) {
  at::Tensor sum = at::zeros(v.sizes(), v.options().dtype(at::kDouble));
  for (int64_t chunk = 0; chunk < loss.chunks; ++chunk) {
    const Tensors gradient = Gradient(loss.term(chunk), params, /*create_graph=*/true);
    const Tensors bent = DifferentiateAgain(gradient, v, params, /*create_graph=*/true);
    sum += Flatten(DifferentiateAgain(bent, u, params));
  }
  return sum;
}

}  // namespace geometer::geometry
