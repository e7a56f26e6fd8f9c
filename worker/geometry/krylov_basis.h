#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace geometer::geometry {

// A symmetric linear map v ↦ Hv of vectors of shape [m]; takes any floating dtype, returns float64.
using SymmetricOperator = std::function<at::Tensor(const at::Tensor&)>;

// The eigenpairs of an operator's projection on a Krylov space, largest value first.
struct RitzPairs {
  std::vector<double> values;
  std::vector<double> residuals;  // ‖Hv − λv‖, as |β·s| of the recurrence (GD 11.8)
  at::Tensor coordinates;         // [steps, steps], float64: a column per value, in the basis
};

// An orthonormal basis of the Krylov space of a symmetric operator H, grown by one product a step.
//
// The vectors are the rows of one matrix in the start's dtype; each new one is orthogonalised in
// float64, twice, against all others, so that no eigenvalue appears as a spurious copy. Where the
// space is exhausted it goes on from a vector drawn from `generator`.
// Memory: the rows double in number as they are needed, up to `capacity`.
class KrylovBasis {
 public:
  // `start`: shape [m], not zero. At most `capacity` steps will be taken.
  KrylovBasis(const at::Tensor& start, const at::Generator& generator, int64_t capacity);

  // Adds one vector, at the price of one product. False when the product is not finite: the basis
  // is then of no further use.
  bool Advance(const SymmetricOperator& multiply);

  int64_t steps() const { return static_cast<int64_t>(alphas_.size()); }
  bool spans_everything() const { return steps() == next_.numel(); }
  // Whether H maps the space so far into itself. At least one step must have been taken.
  bool is_invariant() const { return spans_everything() || betas_.back() == 0; }

  RitzPairs Solve() const;

  // The vectors with the given coordinates (shape [steps, n]): shape [n, m], float64.
  at::Tensor Combine(const at::Tensor& coordinates) const;

 private:
  double Rounding() const;
  void Append(const at::Tensor& vector);
  void Orthogonalize(at::Tensor& w) const;
  void SetNext(at::Tensor w);
  at::Tensor Projection() const;

  const at::Generator generator_;
  const int64_t capacity_;
  at::Tensor rows_;             // [≥ steps, m], the start's dtype
  at::Tensor next_;             // [m], float64, norm 1, orthogonal to the basis
  std::vector<double> alphas_;  // diagonal of the projection
  std::vector<double> betas_;   // its off-diagonal, and the coupling to the next vector
  double scale_ = 0;            // the largest entry of the projection, an estimate of ‖H‖
};

}  // namespace geometer::geometry
