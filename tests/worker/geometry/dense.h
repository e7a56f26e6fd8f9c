#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/stack.h>

#include "worker/geometry/krylov_basis.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// The matrix of a symmetric operator on vectors of `m` entries, a product per row; float64.
inline at::Tensor Dense(const SymmetricOperator& multiply, int64_t m) {
  Tensors rows;
  for (const at::Tensor& unit : at::eye(m, at::kDouble).unbind()) rows.push_back(multiply(unit));
  return at::stack(rows);
}

}  // namespace geometer::geometry
