#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "worker/geometry/autograd.h"
#include "worker/geometry/krylov_basis.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// A loss as a function of all parameters in one vector θ, shape [m]: L(θ) = loss + (decay/2)‖θ‖².
// Steps and flows move in it.
//
// Every call evaluates the loss afresh at its θ, of any floating dtype, in the dtype of `like`, and
// sums over chunks in float64. A loss that is not finite gives NaN. Thread-safe if `loss` is.
class Landscape {
 public:
  // Evaluates the loss at leaves with the shapes and dtype of `like`.
  using Loss = std::function<ChunkedLoss(const Tensors& params)>;

  Landscape(Loss loss, Tensors like, double decay = 0);

  double Value(const at::Tensor& theta) const;

  // ∇L(θ), shape [m], float64.
  at::Tensor Gradient(const at::Tensor& theta) const;

  // ∇L(θ), and v ↦ ∇²L(θ)·v on the graph of that gradient.
  struct Slope {
    at::Tensor gradient;        // [m], float64
    SymmetricOperator hessian;  // takes and returns [m]
  };
  Slope At(const at::Tensor& theta) const;

  // D³L(θ)[u, v], shape [m], float64: the derivative of ∇²L·v along u.
  at::Tensor ThirdDerivative(const at::Tensor& theta, const at::Tensor& u,
                             const at::Tensor& v) const;

 private:
  Tensors Leaves(const at::Tensor& theta) const;

  const Loss loss_;
  const Tensors like_;
  const double decay_;
};

}  // namespace geometer::geometry
