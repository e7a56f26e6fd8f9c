#include "worker/geometry/lanczos.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

namespace geometer::geometry {
namespace {

// Solving the projection costs steps³, so after many steps it is done less often than each step, at
// the price of up to one product more for so many.
constexpr int64_t kStepsPerExtraStep = 16;

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
  KrylovBasis basis(start, generator, options.max_products);
  RitzPairs ritz;
  do {
    const int64_t more = std::max<int64_t>(1, basis.steps() / kStepsPerExtraStep);
    const int64_t goal = std::min(basis.steps() + more, options.max_products);
    while (basis.steps() < goal && !basis.spans_everything()) {
      if (!basis.Advance(multiply)) return {{}, basis.steps()};
    }
    ritz = basis.Solve();
  } while (!Converged(ritz, options) && !basis.spans_everything() &&
           basis.steps() < options.max_products);

  Eigenpairs found{{}, basis.steps()};
  const int64_t k = std::min(options.k, basis.steps());
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
