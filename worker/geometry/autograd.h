#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Every derivative of the library is taken here; those in a network's inputs by input_jacobian.h,
// which builds on it.

// Returns Σ_i ⟨weights_i, ∂outputs_i/∂inputs⟩ in the shapes of `inputs`; zeros where no output
// depends on one. Keeps the outputs' graphs; with `create_graph` the result can be differentiated
// again.
Tensors VectorJacobianProduct(const Tensors& outputs, const Tensors& weights, at::TensorList inputs,
                              bool create_graph = false);

// Returns ∂loss/∂params in the shapes of `params`; zeros where `loss` (shape []) does not depend on
// one. `params` must require gradients. With `create_graph` the result can be differentiated again.
// Keeps the graph of `loss`. Nothing is written into `.grad`.
Tensors Gradient(const at::Tensor& loss, at::TensorList params, bool create_graph = false);

// A loss L(θ) = Σ_i term(i) over chunks of a data set, each already weighted by its examples.
// term(i), shape [], evaluates chunk i afresh, attached to the parameters.
struct ChunkedLoss {
  int64_t chunks = 0;
  std::function<at::Tensor(int64_t)> term;
};

// Returns ∇L as one vector, shape [m], float64, summed over the chunks in order. Memory: one chunk.
at::Tensor Gradient(const ChunkedLoss& loss, at::TensorList params);

// The Hessian ∇²L at fixed parameters as a linear operator, by double backward.
//
// One chunk: its first-order graph is kept, a product is one backward pass over it. Several: the
// graphs are rebuilt one after another, so that memory stays that of one chunk; several products
// at once share them.
class HessianOperator {
 public:
  // `params` must require gradients and be those that `loss` is attached to.
  HessianOperator(ChunkedLoss loss, Tensors params);

  // Returns ∇²L·v, float64, for `v` of shape [m] and any floating dtype, or for several as rows,
  // shape [V, m]. The products themselves are in the parameters' dtype; their sum over chunks, in
  // order, is in float64.
  at::Tensor Multiply(const at::Tensor& v) const;

  // Returns ∇L at the same parameters, shape [m], float64; free where the graph is kept.
  at::Tensor Gradient() const;

 private:
  const ChunkedLoss loss_;
  const Tensors params_;
  Tensors kept_gradient_;  // with its graph; empty when there are several chunks
};

// Returns D³L[u, v] = ∂/∂θ ⟨u, ∇²L·v⟩ for `u` and `v` of shape [m] and any floating dtype: shape
// [m], float64, summed over the chunks in order. Memory: one chunk. Cost: three backward passes,
// each longer than the one before.
at::Tensor ThirdDerivative(const ChunkedLoss& loss, at::TensorList params, const at::Tensor& u,
                           const at::Tensor& v);

}  // namespace geometer::geometry
