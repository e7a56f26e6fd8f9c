#include "worker/geometry/landscape.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

#include <memory>
#include <utility>

namespace geometer::geometry {

Landscape::Landscape(Loss loss, Tensors like, double decay)
    : loss_(std::move(loss)), like_(std::move(like)), decay_(decay) {}

double Landscape::Value(const at::Tensor& theta) const {
  const at::NoGradGuard no_grad;
  const ChunkedLoss loss = loss_(Leaves(theta));
  double sum = decay_ / 2 * theta.to(at::kDouble).square().sum().item<double>();
  for (int64_t i = 0; i < loss.chunks; ++i) sum += loss.term(i).item<double>();
  return sum;
}

at::Tensor Landscape::Gradient(const at::Tensor& theta) const {
  const Tensors leaves = Leaves(theta);
  return geometry::Gradient(loss_(leaves), leaves).add_(theta, decay_);
}

Landscape::Slope Landscape::At(const at::Tensor& theta) const {
  const Tensors leaves = Leaves(theta);
  const auto hessian = std::make_shared<const HessianOperator>(loss_(leaves), leaves);
  return {hessian->Gradient().add_(theta, decay_), [hessian, decay = decay_](const at::Tensor& v) {
            return hessian->Multiply(v).add_(v, decay);
          }};
}

at::Tensor Landscape::ThirdDerivative(const at::Tensor& theta, const at::Tensor& u,
                                      const at::Tensor& v) const {
  const Tensors leaves = Leaves(theta);
  return geometry::ThirdDerivative(loss_(leaves), leaves, u, v);
}

Tensors Landscape::Leaves(const at::Tensor& theta) const {
  Tensors leaves;
  for (const at::Tensor& part : Unflatten(theta.detach(), like_)) {
    leaves.push_back(part.detach().requires_grad_());
  }
  return leaves;
}

}  // namespace geometer::geometry
