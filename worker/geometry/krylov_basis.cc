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

// Columns at a time: what is summed up in the rows' dtype is then not much, and twenty rows in
// float64 fit into a cache.
constexpr int64_t kColumns = 1 << 15;

double Dot(const at::Tensor& a, const at::Tensor& b) { return at::dot(a, b).item<double>(); }
double Norm(const at::Tensor& v) { return std::sqrt(Dot(v, v)); }

// Calls `use(rows, w)` with matching column blocks of `rows` [n, m] and of `w` [(…,) m].
template <typename Use>
void ForColumns(const at::Tensor& rows, const at::Tensor& w, const Use& use) {
  for (int64_t begin = 0; begin < w.size(-1); begin += kColumns) {
    const int64_t end = std::min(begin + kColumns, w.size(-1));
    use(rows.slice(1, begin, end), w.slice(-1, begin, end));
  }
}

// Takes from `w`, float64, what it has along `rows`, with numbers of `dtype`; the coordinates of
// that, float64.
at::Tensor Remove(const at::Tensor& rows, at::ScalarType dtype, at::Tensor& w) {
  at::Tensor along = at::zeros({rows.size(0)}, w.options());
  ForColumns(rows, w,
             [&](auto block, auto part) { along.add_(block.to(dtype).mv(part.to(dtype))); });
  const at::Tensor weights = along.to(dtype);
  ForColumns(rows, w, [&](auto block, auto part) { part.sub_(block.to(dtype).t().mv(weights)); });
  return along;
}

}  // namespace

KrylovBasis::KrylovBasis(const at::Tensor& start, const at::Generator& generator, int64_t capacity)
    : generator_(generator),
      capacity_(std::min(capacity, start.numel())),
      rows_(at::empty({0, start.numel()}, start.options())),
      next_(start.to(at::kDouble)),
      projection_(at::zeros({0, 0}, at::kDouble)) {
  next_ = next_ / Norm(next_);
}

bool KrylovBasis::Advance(const SymmetricOperator& multiply) {
  Append(next_);
  at::Tensor w = multiply(rows_[size_ - 1]);
  const at::Tensor along = Orthogonalize(w).cpu();
  projection_[size_ - 1].slice(0, 0, size_).copy_(along);
  coupling_ = Norm(w);
  scale_ = std::max({scale_, std::abs(along[-1].item<double>()), coupling_});
  if (!std::isfinite(coupling_) || !along.isfinite().all().item<bool>()) return false;
  SetNext(std::move(w));
  return true;
}

RitzPairs KrylovBasis::Solve() const {
  const at::Tensor projection = projection_.slice(0, 0, size_).slice(1, 0, size_);
  const auto [values, vectors] = at::linalg_eigh(projection, "L");
  const at::Tensor last = (vectors[-1] * coupling_).abs().contiguous();
  RitzPairs ritz{{}, {}, vectors.flip(1)};
  for (int64_t i = size_ - 1; i >= 0; --i) {
    ritz.values.push_back(values.const_data_ptr<double>()[i]);
    ritz.residuals.push_back(std::max(last.const_data_ptr<double>()[i], Rounding()));
  }
  return ritz;
}

// In place, column by column. What the next vector has in common with those kept, the recurrence's
// β·s, comes back with the coordinates of its own product.
void KrylovBasis::Restart(const RitzPairs& ritz, int64_t keep) {
  const at::Tensor weights = ritz.coordinates.slice(1, 0, keep).t().to(next_.device());
  ForColumns(rows_.slice(0, 0, size_), next_, [&](auto rows, auto /*part*/) {
    rows.slice(0, 0, keep).copy_(weights.mm(rows.to(at::kDouble)));
  });
  projection_.zero_();
  for (int64_t i = 0; i < keep; ++i) projection_[i][i] = ritz.values[i];
  size_ = keep;
}

at::Tensor KrylovBasis::Combine(const at::Tensor& coordinates) const {
  at::Tensor sum = at::empty({coordinates.size(1), next_.numel()}, next_.options());
  const at::Tensor weights = coordinates.t().to(next_.device());
  ForColumns(rows_.slice(0, 0, size_), sum,
             [&](auto rows, auto part) { part.copy_(weights.mm(rows.to(at::kDouble))); });
  return sum;
}

// Classical Gram-Schmidt. First, in float64, the two terms of Lanczos' recurrence, which hold all
// that is large, so that one pass in the rows' dtype takes the rest; where it takes much after all,
// as after a restart, more passes take what cancellation left.
at::Tensor KrylovBasis::Orthogonalize(at::Tensor& w) const {
  constexpr int kMostPasses = 3;
  const int64_t recent = std::max<int64_t>(0, size_ - 2);
  const at::Tensor basis = rows_.slice(0, 0, size_);
  at::Tensor along = at::zeros({size_}, w.options());
  along.slice(0, recent).add_(Remove(basis.slice(0, recent), at::kDouble, w));
  double before = 0, norm = Norm(w);
  for (int pass = 0; pass == 0 || (norm < before / 2 && pass < kMostPasses); ++pass) {
    along.add_(Remove(basis, rows_.scalar_type(), w));
    before = std::exchange(norm, Norm(w));
  }
  return along;
}

double KrylovBasis::Rounding() const {
  const bool exact = rows_.scalar_type() == at::kDouble;
  return scale_ * (exact ? std::numeric_limits<double>::epsilon()
                         : static_cast<double>(std::numeric_limits<float>::epsilon()));
}

void KrylovBasis::Append(const at::Tensor& vector) {
  if (rows_.size(0) == size_) {
    const int64_t wanted = std::min(std::max<int64_t>(16, 2 * size_), capacity_);
    const at::Tensor more = at::empty({wanted, vector.numel()}, rows_.options());
    more.slice(0, 0, size_).copy_(rows_);
    rows_ = more;
    const at::Tensor wider = at::zeros({wanted, wanted}, at::kDouble);
    wider.slice(0, 0, size_).slice(1, 0, size_).copy_(projection_);
    projection_ = wider;
  }
  rows_[size_++].copy_(vector);
}

// The next direction: `w` itself, or a fresh one when the Krylov space is exhausted.
void KrylovBasis::SetNext(at::Tensor w) {
  if (spans_everything()) return;
  if (coupling_ <= Rounding()) {
    coupling_ = 0;
    w = at::empty(w.sizes(), at::kDouble).normal_(0, 1, generator_).to(w.device());
    Orthogonalize(w);
  }
  next_ = w / Norm(w);
}

}  // namespace geometer::geometry
