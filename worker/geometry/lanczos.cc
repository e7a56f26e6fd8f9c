#include "worker/geometry/lanczos.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace geometer::geometry {
namespace {

// Solving the projection costs steps³, so after many steps it is done less often than each step, at
// the price of up to one product more for so many.
constexpr int64_t kStepsPerExtraStep = 16;

double Epsilon(at::ScalarType dtype) {
  return dtype == at::kDouble ? std::numeric_limits<double>::epsilon()
                              : static_cast<double>(std::numeric_limits<float>::epsilon());
}

double Norm(const at::Tensor& v) { return std::sqrt(at::dot(v, v).item<double>()); }

// The eigenpairs of the tridiagonal projection, largest first.
struct Ritz {
  std::vector<double> values;
  std::vector<double> residuals;  // absolute: ‖Hv − λv‖
  at::Tensor coordinates;         // [steps, steps], a column per value, in the Lanczos basis
};

class Lanczos {
 public:
  Lanczos(const at::Tensor& start, const at::Generator& generator)
      : options_(start.options()), generator_(generator), next_(start.to(at::kDouble)) {
    next_ = next_ / Norm(next_);
  }

  int64_t steps() const { return static_cast<int64_t>(basis_.size()); }
  bool spans_everything() const { return steps() == next_.numel(); }

  // Adds one vector to the basis, at the price of one product. False when that is not finite.
  bool Advance(const std::function<at::Tensor(const at::Tensor&)>& multiply) {
    basis_.push_back(next_.to(options_.dtype()));
    at::Tensor w = multiply(basis_.back());
    alphas_.push_back(at::dot(w, basis_.back().to(at::kDouble)).item<double>());
    w = Orthogonalized(std::move(w));
    betas_.push_back(Norm(w));
    scale_ = std::max({scale_, std::abs(alphas_.back()), betas_.back()});
    if (!std::isfinite(scale_) || !std::isfinite(alphas_.back() + betas_.back())) return false;
    SetNext(std::move(w));
    return true;
  }

  Ritz Solve() const {
    const auto [values, vectors] = at::linalg_eigh(Projection());
    Ritz ritz{{}, {}, vectors.flip(1)};
    for (int64_t i = steps() - 1; i >= 0; --i) {
      const double last = vectors[steps() - 1][i].item<double>();
      ritz.values.push_back(values[i].item<double>());
      ritz.residuals.push_back(std::max(std::abs(betas_.back() * last), Rounding()));
    }
    return ritz;
  }

  // The vector with the given coordinates (shape [steps]) in the basis.
  at::Tensor Combine(const at::Tensor& coordinates) const {
    at::Tensor sum = at::zeros_like(next_);
    for (int64_t j = 0; j < steps(); ++j) sum.add_(basis_[j], coordinates[j].item<double>());
    return (sum / Norm(sum)).to(options_.dtype());
  }

 private:
  double Rounding() const { return Epsilon(options_.dtype().toScalarType()) * scale_; }

  at::Tensor Orthogonalized(at::Tensor w) const {
    for (int pass = 0; pass < 2; ++pass) {
      for (const at::Tensor& q : basis_) {
        const at::Tensor q64 = q.to(at::kDouble);
        w.sub_(q64, at::dot(q64, w).item<double>());
      }
    }
    return w;
  }

  // The next direction: `w` itself, or a fresh one when the Krylov space is exhausted.
  void SetNext(at::Tensor w) {
    if (spans_everything()) return;
    if (betas_.back() <= Rounding()) {
      betas_.back() = 0;
      w = Orthogonalized(
          at::empty(w.sizes(), at::kDouble).normal_(0, 1, generator_).to(w.device()));
    }
    next_ = w / Norm(w);
  }

  at::Tensor Projection() const {
    at::Tensor t = at::zeros({steps(), steps()}, at::kDouble);
    auto entry = t.accessor<double, 2>();
    for (int64_t j = 0; j < steps(); ++j) {
      entry[j][j] = alphas_[j];
      if (j + 1 < steps()) entry[j][j + 1] = entry[j + 1][j] = betas_[j];
    }
    return t;
  }

  const at::TensorOptions options_;
  const at::Generator generator_;
  at::Tensor next_;  // [m], float64, norm 1, orthogonal to the basis
  Tensors basis_;
  std::vector<double> alphas_;  // diagonal of the projection
  std::vector<double> betas_;   // its off-diagonal, and the coupling to the next vector
  double scale_ = 0;            // the largest entry of the projection, an estimate of ‖H‖
};

double Relative(double residual, double value) {
  return residual == 0 ? 0 : residual / std::abs(value);
}

bool Converged(const Ritz& ritz, const LanczosOptions& options) {
  if (static_cast<int64_t>(ritz.values.size()) < options.k) return false;
  for (int64_t i = 0; i < options.k; ++i) {
    if (!(Relative(ritz.residuals[i], ritz.values[i]) <= options.tolerance)) return false;
  }
  return true;
}

}  // namespace

Eigenpairs LargestEigenpairs(const std::function<at::Tensor(const at::Tensor&)>& multiply,
                             const at::Tensor& start, const at::Generator& generator,
                             const LanczosOptions& options) {
  Lanczos lanczos(start, generator);
  Ritz ritz;
  do {
    const int64_t more = std::max<int64_t>(1, lanczos.steps() / kStepsPerExtraStep);
    const int64_t goal = std::min(lanczos.steps() + more, options.max_products);
    while (lanczos.steps() < goal && !lanczos.spans_everything()) {
      if (!lanczos.Advance(multiply)) return {{}, lanczos.steps()};
    }
    ritz = lanczos.Solve();
  } while (!Converged(ritz, options) && !lanczos.spans_everything() &&
           lanczos.steps() < options.max_products);

  Eigenpairs found{{}, lanczos.steps()};
  for (int64_t i = 0; i < std::min(options.k, lanczos.steps()); ++i) {
    const double residual = Relative(ritz.residuals[i], ritz.values[i]);
    found.pairs.push_back({ritz.values[i], residual, residual <= options.tolerance,
                           lanczos.Combine(ritz.coordinates.select(1, i))});
  }
  return found;
}

}  // namespace geometer::geometry
