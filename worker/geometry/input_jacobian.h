#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

// The Jacobians J_n = ∂output_n/∂inputs_n, [rows, columns] for each example n, as linear operators:
// vector-Jacobian products by a backward pass each, Jacobian-vector products by those of the
// transpose. No Jacobian is ever formed.
//
// Correct only where examples do not interact: evaluation mode. Where an operation of the network
// has no derivative, LibTorch's error names it. Thread-safe.
class InputJacobian {
 public:
  // `output`, [N, …], must be a function of `inputs`, [N, …], which must require gradients and be
  // of a floating dtype. Keeps the graph between them.
  InputJacobian(const at::Tensor& output, const at::Tensor& inputs);

  int64_t examples() const { return inputs_.size(0); }
  int64_t rows() const { return output_.numel() / examples(); }
  int64_t columns() const { return inputs_.numel() / examples(); }
  at::TensorOptions options() const { return inputs_.options().requires_grad(false); }

  // How many vectors to multiply by at once: as many as keep vectors · N within 64, and one at
  // least. A product by V vectors takes V times the memory of a backward pass over the N examples.
  int64_t VectorsAtOnce() const;

  // Returns v_nᵀ·J_n, shape [V, N, columns], for `v` of shape [V, N, rows] and any floating dtype,
  // by one backward pass that all V vectors share; zeros where the output is constant.
  at::Tensor LeftMultiply(const at::Tensor& v) const;

  // The operators J_nᵀ, so that their left products are J_n·u. Cost: one backward pass here, and
  // for each product as much as one of the original.
  InputJacobian Transposed() const;

 private:
  at::Tensor output_;
  at::Tensor inputs_;
};

// Returns |v_nᵀ·J_n|² summed over the V vectors of `v`, [V, N, rows]. Shape [N], float64.
at::Tensor SquaredLengths(const InputJacobian& jacobian, const at::Tensor& v);

// Returns ‖J_n‖_F² exactly, shape [N], float64, by one product for each row, VectorsAtOnce() at a
// time. Of the transpose: by one for each column.
at::Tensor SquaredNorms(const InputJacobian& jacobian);

}  // namespace geometer::geometry
