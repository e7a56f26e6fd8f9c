#include "worker/geometry/matrix_function.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

// f(T)·e₁ in the basis, [steps].
at::Tensor Coordinates(const RitzPairs& ritz, const std::function<double(double)>& f) {
  std::vector<double> values;
  for (const double value : ritz.values) values.push_back(f(value));
  return ritz.coordinates.mv(at::tensor(values, at::kDouble) * ritz.coordinates[0]);
}

// How far `now` is from `before`, which has fewer coordinates, relative to `now`.
double Change(const at::Tensor& before, const at::Tensor& now) {
  at::Tensor difference = now.clone();
  difference.slice(0, 0, before.numel()).sub_(before);
  return (difference.norm() / now.norm()).item<double>();
}

}  // namespace

FunctionProduct MultiplyByFunction(const SymmetricOperator& multiply, const at::Tensor& b,
                                   const std::function<double(double)>& f,
                                   const MatrixFunctionOptions& options) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const double norm = b.norm().item<double>();
  if (norm == 0) return {at::zeros_like(b), 0, true};
  FunctionProduct product{at::full_like(b, kNan), kNan, false};
  if (!std::isfinite(norm)) return product;
  KrylovBasis basis(b, MakeGenerator(0, "matrix_function"), options.max_products);
  at::Tensor found;
  while (basis.size() < options.max_products && !product.converged) {
    const int64_t goal = std::min(basis.size() + basis.StepsToNextSolve(), options.max_products);
    while (basis.size() < goal && !basis.is_full()) {
      if (!basis.Advance(multiply)) return product;
    }
    const at::Tensor more = Coordinates(basis.Solve(), f);
    if (!more.isfinite().all().item<bool>()) return product;
    product.residual = found.defined() ? Change(found, more) : 1;
    if (basis.is_invariant()) product.residual = 0;
    product.converged = product.residual <= options.tolerance;
    found = more;
  }
  product.value = norm * basis.Combine(found.unsqueeze(1))[0];
  return product;
}

}  // namespace geometer::geometry
