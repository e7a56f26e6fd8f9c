#include "worker/geometry/krylov_basis.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace geometer::geometry {
namespace {

// Columns converted to float64 at a time: twenty rows of them fit into a cache.
constexpr int64_t kColumns = 1 << 15;

double Dot(const at::Tensor& a, const at::Tensor& b) { return at::dot(a, b).item<double>(); }
double Norm(const at::Tensor& v) { return std::sqrt(Dot(v, v)); }

// Calls `use(rows, w)` with matching column blocks of `rows` [n, m], in float64, and of `w` [(…,)
// m].
template <typename Use>
void ForColumns(const at::Tensor& rows, const at::Tensor& w, const Use& use) {
  for (int64_t begin = 0; begin < w.size(-1); begin += kColumns) {
    const int64_t end = std::min(begin + kColumns, w.size(-1));
    use(rows.slice(1, begin, end).to(at::kDouble), w.slice(-1, begin, end));
  }
}

}  // namespace

KrylovBasis::KrylovBasis(const at::Tensor& start, const at::Generator& generator, int64_t capacity)
    : generator_(generator),
      capacity_(std::min(capacity, start.numel())),
      rows_(at::empty({0, start.numel()}, start.options())),
      next_(start.to(at::kDouble)) {
  next_ = next_ / Norm(next_);
}

bool KrylovBasis::Advance(const SymmetricOperator& multiply) {
  Append(next_);
  const at::Tensor q = rows_[steps()];
  at::Tensor w = multiply(q);
  alphas_.push_back(Dot(w, q.to(at::kDouble)));
  Orthogonalize(w);
  betas_.push_back(Norm(w));
  scale_ = std::max({scale_, std::abs(alphas_.back()), betas_.back()});
  if (!std::isfinite(alphas_.back()) || !std::isfinite(betas_.back())) return false;
  SetNext(std::move(w));
  return true;
}

RitzPairs KrylovBasis::Solve() const {
  const auto [values, vectors] = at::linalg_eigh(Projection());
  const at::Tensor last = (vectors[-1] * betas_.back()).abs().contiguous();
  RitzPairs ritz{{}, {}, vectors.flip(1)};
  for (int64_t i = steps() - 1; i >= 0; --i) {
    ritz.values.push_back(values.const_data_ptr<double>()[i]);
    ritz.residuals.push_back(std::max(last.const_data_ptr<double>()[i], Rounding()));
  }
  return ritz;
}

at::Tensor KrylovBasis::Combine(const at::Tensor& coordinates) const {
  at::Tensor sum = at::empty({coordinates.size(1), next_.numel()}, next_.options());
  const at::Tensor weights = coordinates.t().to(next_.device());
  ForColumns(rows_.slice(0, 0, steps()), sum,
             [&](auto rows, auto part) { part.copy_(weights.mm(rows)); });
  return sum;
}

double KrylovBasis::Rounding() const {
  const bool exact = rows_.scalar_type() == at::kDouble;
  return scale_ * (exact ? std::numeric_limits<double>::epsilon()
                         : static_cast<double>(std::numeric_limits<float>::epsilon()));
}

void KrylovBasis::Append(const at::Tensor& vector) {
  if (rows_.size(0) == steps()) {
    const int64_t wanted = std::clamp<int64_t>(2 * steps(), 16, std::max<int64_t>(16, capacity_));
    const at::Tensor more = at::empty({wanted, vector.numel()}, rows_.options());
    more.slice(0, 0, steps()).copy_(rows_);
    rows_ = more;
  }
  rows_[steps()].copy_(vector);
}

// Classical Gram-Schmidt, twice: as stable as the modified one, as two products with a matrix.
void KrylovBasis::Orthogonalize(at::Tensor& w) const {
  const at::Tensor basis = rows_.slice(0, 0, steps());
  for (int pass = 0; pass < 2; ++pass) {
    const at::Tensor along = at::zeros({steps()}, w.options());
    ForColumns(basis, w, [&](auto rows, auto part) { along.add_(rows.mv(part)); });
    ForColumns(basis, w, [&](auto rows, auto part) { part.sub_(rows.t().mv(along)); });
  }
}

// The next direction: `w` itself, or a fresh one when the Krylov space is exhausted.
void KrylovBasis::SetNext(at::Tensor w) {
  if (spans_everything()) return;
  if (betas_.back() <= Rounding()) {
    betas_.back() = 0;
    w = at::empty(w.sizes(), at::kDouble).normal_(0, 1, generator_).to(w.device());
    Orthogonalize(w);
  }
  next_ = w / Norm(w);
}

at::Tensor KrylovBasis::Projection() const {
  at::Tensor t = at::zeros({steps(), steps()}, at::kDouble);
  auto entry = t.accessor<double, 2>();
  for (int64_t j = 0; j < steps(); ++j) {
    entry[j][j] = alphas_[j];
    if (j + 1 < steps()) entry[j][j + 1] = entry[j + 1][j] = betas_[j];
  }
  return t;
}

}  // namespace geometer::geometry
