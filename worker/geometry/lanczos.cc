#include "worker/geometry/lanczos.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

namespace geometer::geometry {
namespace {

double Relative(double residual, double value) {
  return residual == 0 ? 0 : residual / std::abs(value);
}

bool Converged(const RitzPairs& ritz, const LanczosOptions& options) {
  if (static_cast<int64_t>(ritz.values.size()) < options.k) return false;
  for (int64_t i = 0; i < options.k; ++i) {
    if (!(Relative(ritz.residuals[i], ritz.values[i]) <= options.tolerance)) return false;
  }
  return true;
}

Eigenpairs LargestEigenpairs(const SymmetricOperator& multiply, const at::Tensor& start,
                             const at::Generator& generator, const LanczosOptions& options) {
  const int64_t capacity = std::max(options.max_vectors, 2 * options.k + 1);
  KrylovBasis basis(start, generator, std::min(capacity, options.max_products));
  Eigenpairs found;
  RitzPairs ritz;
  for (bool done = false; !done;) {
    const int64_t more = basis.StepsToNextSolve();
    for (int64_t i = 0; i < more && !basis.is_full() && found.products < options.max_products;
         ++i) {
      ++found.products;
      if (!basis.Advance(multiply)) return found;
    }
    ritz = basis.Solve();
    done = Converged(ritz, options) || basis.spans_everything() ||
           found.products == options.max_products;
    if (!done && basis.is_full()) basis.Restart(ritz, (options.k + capacity) / 2);
  }

  const int64_t k = std::min(options.k, basis.size());
  const at::Tensor vectors = basis.Combine(ritz.coordinates.slice(1, 0, k)).to(start);
  for (int64_t i = 0; i < k; ++i) {
    const double residual = Relative(ritz.residuals[i], ritz.values[i]);
    found.pairs.push_back(
        {ritz.values[i], residual, residual <= options.tolerance, vectors[i] / vectors[i].norm()});
  }
  return found;
}

}  // namespace

Eigenpairs ExtremeEigenpairs(const SymmetricOperator& multiply, const at::Tensor& start,
                             const at::Generator& generator, const LanczosOptions& options) {
  if (options.end == SpectrumEnd::kLargest) {
    return LargestEigenpairs(multiply, start, generator, options);
  }
  const auto negated = [&](const at::Tensor& v) { return -multiply(v); };
  Eigenpairs found = LargestEigenpairs(negated, start, generator, options);
  for (Eigenpair& pair : found.pairs) pair.value = -pair.value;
  return found;
}

}  // namespace geometer::geometry
