#pragma once

#include <ATen/core/Tensor.h>

#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

namespace geometer::geometry {

// A linear map v ↦ Av of vectors of shape [m], float64.
using LinearOperator = std::function<at::Tensor(const at::Tensor&)>;

struct ArnoldiOptions {
  int64_t k = 1;              // eigenvalues
  double tolerance = 1e-3;    // on the residual of each
  int64_t max_products = 60;  // and vectors held, at least 1
  double shift = 0;           // those of largest |shift + λ| are wanted
};

// An approximate eigenvalue of an operator that need not be symmetric.
struct ComplexEigenvalue {
  std::complex<double> value;  // λ
  double residual;             // ‖Av − λv‖/|λ| of its unit vector v
  bool converged;              // residual ≤ tolerance
};

struct ComplexEigenvalues {
  std::vector<ComplexEigenvalue> values;  // at most k, largest |shift + λ| first
  int64_t products = 0;                   // spent
};

// Approximates eigenvalues of `multiply` by Arnoldi's method from `start` (shape [m], not zero),
// with the basis orthogonalised twice in float64 (Saad 2011, 6.2). A conjugate pair is two values.
// Stops once k have converged, the space is exhausted, or the products are spent. A product that is
// not finite ends it with no values. An eigenvalue of multiplicity above 1 may be found once.
// Memory: a vector per product. Cost beside the products: O(products²·m + products³).
ComplexEigenvalues LargestEigenvalues(const LinearOperator& multiply, const at::Tensor& start,
                                      const ArnoldiOptions& options);

}  // namespace geometer::geometry
