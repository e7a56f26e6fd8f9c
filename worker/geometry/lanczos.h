#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

struct LanczosOptions {
  int64_t k = 1;              // pairs
  double tolerance = 1e-3;    // on the residual of every pair
  int64_t max_products = 60;  // at least 1
};

// An approximate eigenpair of a symmetric operator H.
struct Eigenpair {
  double value;       // λ
  double residual;    // ‖Hv − λv‖/|λ|; never below the rounding of the start's dtype
  bool converged;     // residual ≤ tolerance
  at::Tensor vector;  // v, shape [m], norm 1, the start's dtype
};

struct Eigenpairs {
  std::vector<Eigenpair> pairs;  // largest algebraic value first; at most k
  int64_t products = 0;          // spent
};

// Approximates the k algebraically largest eigenpairs of the symmetric operator `multiply`
// (shape [m] → [m], float64) by Lanczos from `start` (shape [m], not zero).
//
// The basis is kept in the start's dtype and orthogonalised in float64, twice, against all of its
// vectors at every step, so that no eigenvalue appears as a spurious copy. Where the Krylov space
// is exhausted, the search goes on from a vector drawn from `generator`. Stops once k pairs have
// converged, the whole space is spanned, or `max_products` are spent; fewer than k pairs come back
// when the space or the budget has fewer dimensions. A product that is not finite ends it with no
// pairs. An eigenvalue of multiplicity above 1 may be reported once.
// Residuals are |β·s| of the recurrence (GD 11.8), which equals ‖Hv − λv‖ up to rounding.
// Memory: a vector per product. After n products, convergence is looked for every n/16 (that costs
// n³), so up to 6 % more of them are spent than needed.
Eigenpairs LargestEigenpairs(const std::function<at::Tensor(const at::Tensor&)>& multiply,
                             const at::Tensor& start, const at::Generator& generator,
                             const LanczosOptions& options);

}  // namespace geometer::geometry
