#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "worker/geometry/krylov_basis.h"

namespace geometer::geometry {

enum class SpectrumEnd { kLargest, kSmallest };  // algebraically, not in magnitude

struct LanczosOptions {
  int64_t k = 1;              // pairs
  double tolerance = 1e-3;    // on the residual of every pair
  int64_t max_products = 60;  // at least 1
  SpectrumEnd end = SpectrumEnd::kLargest;
  int64_t max_vectors = 64;  // held at a time, if above 2k
};

// An approximate eigenpair of a symmetric operator H.
struct Eigenpair {
  double value;       // λ
  double residual;    // ‖Hv − λv‖/|λ|; never below the rounding of the start's dtype
  bool converged;     // residual ≤ tolerance
  at::Tensor vector;  // v, shape [m], norm 1, the start's dtype
};

struct Eigenpairs {
  std::vector<Eigenpair> pairs;  // at most k; the outermost value of the spectrum's end first
  int64_t products = 0;          // spent
};

// Approximates the k eigenpairs of `multiply` at one end of its spectrum by Lanczos from `start`
// (shape [m], not zero); see krylov_basis.h for the basis and `generator`.
//
// Stops once k pairs have converged, the whole space is spanned, or `max_products` are spent; fewer
// than k pairs come back when the space or the budget has fewer dimensions. A product that is not
// finite ends it with no pairs. An eigenvalue of multiplicity above 1 may be reported once.
// Memory: a vector per product, up to `max_vectors`; then the search goes on from the best half of
// them (thick restart: Wu and Simon 2000). With n vectors, convergence is looked for every n/16
// products (that costs n³), so up to 6 % more of them are spent than needed.
Eigenpairs ExtremeEigenpairs(const SymmetricOperator& multiply, const at::Tensor& start,
                             const at::Generator& generator, const LanczosOptions& options);

}  // namespace geometer::geometry
