#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "worker/geometry/krylov_basis.h"

namespace geometer::geometry {

struct MatrixFunctionOptions {
  double tolerance = 1e-10;   // on the relative change by the last products
  int64_t max_products = 60;  // at least 1
};

// An approximation of f(H)·b.
struct FunctionProduct {
  at::Tensor value;     // [m], float64
  double residual = 0;  // ‖change by the last products‖/‖value‖; 0 where the result is exact
  bool converged = false;  // residual ≤ tolerance
};

// Returns f(H)·b = Σ_i f(λ_i)(b·u_i)u_i, (λ_i, u_i) the eigenpairs of `multiply`, without finding
// them: by Lanczos from `b` (shape [m]) as ‖b‖·Q·f(T)·e₁, with H ≈ QTQᵀ on the Krylov space.
//
// Exact once the space holds all eigenvectors along b. f may be NaN where it has no value: so is
// then the result, wherever an eigenvalue that counts is approximated by one like that.
// Memory: a vector per product. After n products it is looked at every n/16 (that costs n³).
FunctionProduct MultiplyByFunction(const SymmetricOperator& multiply, const at::Tensor& b,
                                   const std::function<double(double)>& f,
                                   const MatrixFunctionOptions& options = {});

}  // namespace geometer::geometry
