#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace geometer::geometry {

// A symmetric linear map v ↦ Hv of vectors of shape [m], or of several at once, [V, m]; takes any
// floating dtype, returns float64.
using SymmetricOperator = std::function<at::Tensor(const at::Tensor&)>;

// The eigenpairs of an operator's projection on a space, largest value first.
struct RitzPairs {
  std::vector<double> values;
  std::vector<double> residuals;  // ‖Hv − λv‖, as |β·s| of the recurrence (GD 11.8)
  at::Tensor coordinates;         // [size, size], float64: a column per value, in the basis
};

// An orthonormal basis of the Krylov space of a symmetric operator H, grown by one product a step.
//
// The vectors are the rows of one matrix in the start's dtype; each new one is orthogonalised
// against the last two in float64 and against all in that dtype, so that no eigenvalue appears as a
// spurious copy. Where the space is exhausted it goes on from a vector drawn from `generator`.
// Memory: the rows double in number as they are needed, up to `capacity`.
class KrylovBasis {
 public:
  // `start`: shape [m], not zero. At most `capacity` vectors will be held.
  KrylovBasis(const at::Tensor& start, const at::Generator& generator, int64_t capacity);

  // Adds one vector, at the price of one product. False when the product is not finite: the basis
  // is then of no further use. Must not be full.
  bool Advance(const SymmetricOperator& multiply);

  int64_t size() const { return size_; }
  bool is_full() const { return size_ == capacity_; }
  bool spans_everything() const { return size_ == next_.numel(); }
  // Whether H maps the space so far into itself. It must hold at least one vector.
  bool is_invariant() const { return spans_everything() || coupling_ == 0; }

  RitzPairs Solve() const;

  // Steps after which to solve again. Solving costs size³, so after many steps it is done less
  // often than each step, at the price of up to one product more for so many.
  int64_t StepsToNextSolve() const { return std::max<int64_t>(1, size_ / 16); }

  // Thick restart: makes the first `keep` vectors of `ritz`, just solved, the whole basis. It goes
  // on as if it held only them of what it knew.
  void Restart(const RitzPairs& ritz, int64_t keep);

  // The vectors with the given coordinates (shape [size, n]): shape [n, m], float64.
  at::Tensor Combine(const at::Tensor& coordinates) const;

  // Takes from `w` (shape [m], float64, in place) its part in the space. Returns the coordinates of
  // that part, [size].
  at::Tensor Orthogonalize(at::Tensor& w) const;

 private:
  double Rounding() const;
  void Append(const at::Tensor& vector);
  void SetNext(at::Tensor w);

  const at::Generator generator_;
  const int64_t capacity_;
  int64_t size_ = 0;
  at::Tensor rows_;        // [≥ size, m], the start's dtype
  at::Tensor next_;        // [m], float64, norm 1, orthogonal to the basis
  at::Tensor projection_;  // [≥ size, ≥ size], float64: of H, in its lower triangle
  double coupling_ = 0;    // β of the last vector with the next one
  double scale_ = 0;       // the largest entry of the projection, an estimate of ‖H‖
};

}  // namespace geometer::geometry
