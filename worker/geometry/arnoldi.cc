#include "worker/geometry/arnoldi.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_eig.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace geometer::geometry {
namespace {

// Checks for convergence after so many more products: solving costs products³.
int64_t StepsToNextSolve(int64_t products) { return std::max<int64_t>(1, products / 8); }

class Arnoldi {
 public:
  Arnoldi(const at::Tensor& start, const ArnoldiOptions& options)
      : options_(options), capacity_(std::min(options.max_products, start.numel())) {
    rows_ = at::zeros({capacity_, start.numel()}, start.options().dtype(at::kDouble));
    hessenberg_ = at::zeros({capacity_, capacity_}, at::kDouble);
    next_ = start.to(at::kDouble) / start.to(at::kDouble).norm();
  }

  // Grows the basis by one product. False when it is not finite.
  bool Advance(const LinearOperator& multiply) {
    rows_[size_] = next_;
    at::Tensor w = multiply(next_);
    const double before = w.norm().item<double>();
    if (!std::isfinite(before)) return false;
    const at::Tensor basis = rows_.slice(0, 0, size_ + 1);
    at::Tensor column = hessenberg_.slice(0, 0, size_ + 1).select(1, size_);
    for (int pass = 0; pass < 2; ++pass) {
      const at::Tensor part = basis.mv(w);
      w = w - basis.t().mv(part);
      column.add_(part.cpu());
    }
    ++size_;
    coupling_ = w.norm().item<double>();
    // What is left by rounding is no new direction.
    if (coupling_ <=
        before * std::numeric_limits<double>::epsilon() * static_cast<double>(w.numel())) {
      coupling_ = 0;
    }
    if (coupling_ == 0 || size_ == capacity_) return true;
    hessenberg_[size_][size_ - 1] = coupling_;
    next_ = w / coupling_;
    return true;
  }

  bool is_exhausted() const { return coupling_ == 0 || size_ == capacity_; }
  int64_t size() const { return size_; }

  std::vector<ComplexEigenvalue> Solve() const {
    const auto [values, vectors] =
        at::linalg_eig(hessenberg_.slice(0, 0, size_).slice(1, 0, size_));
    const at::Tensor last = vectors[size_ - 1].abs();
    std::vector<ComplexEigenvalue> found;
    for (int64_t i = 0; i < size_; ++i) {
      const std::complex<double> value(values[i].item<c10::complex<double>>());
      const double residual = coupling_ * last[i].item<double>();
      const double relative = residual == 0 ? 0 : residual / std::abs(value);
      found.push_back({value, relative, relative <= options_.tolerance});
    }
    std::ranges::stable_sort(found, std::greater<>(), [this](const ComplexEigenvalue& one) {
      return std::abs(options_.shift + one.value);
    });
    found.resize(std::min<size_t>(found.size(), options_.k));
    return found;
  }

 private:
  const ArnoldiOptions options_;
  const int64_t capacity_;
  int64_t size_ = 0;
  at::Tensor rows_;        // [capacity, m]
  at::Tensor hessenberg_;  // [capacity, capacity], CPU: of the operator in the basis
  at::Tensor next_;        // [m], of norm 1, orthogonal to the rows
  double coupling_ = 0;    // of the last row with the next
};

}  // namespace

ComplexEigenvalues LargestEigenvalues(const LinearOperator& multiply, const at::Tensor& start,
                                      const ArnoldiOptions& options) {
  Arnoldi basis(start, options);
  ComplexEigenvalues found;
  bool done = false;
  while (!done) {
    for (int64_t steps = StepsToNextSolve(basis.size()); steps > 0; --steps) {
      ++found.products;
      if (!basis.Advance(multiply)) return {{}, found.products};
      if (basis.is_exhausted()) break;
    }
    found.values = basis.Solve();
    const bool converged = std::ranges::all_of(found.values, &ComplexEigenvalue::converged);
    done = basis.is_exhausted() ||
           (converged && static_cast<int64_t>(found.values.size()) == options.k);
  }
  return found;
}

}  // namespace geometer::geometry
