#include "worker/geometry/lie_bracket.h"

#include <ATen/TensorOperators.h>

#include <utility>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// Both gradients of one chunk, with their graphs.
using Slopes = std::array<Tensors, 2>;

Slopes SlopesOf(const LossPair& losses, int64_t chunk, const Tensors& params, bool create_graph) {
  const auto [first, second] = losses.terms(chunk);
  return {Gradient(first, params, create_graph), Gradient(second, params, create_graph)};
}

void Accumulate(const Tensors& part, at::Tensor& sum) {
  const at::Tensor flat = Flatten(part).detach().to(at::kDouble);
  sum = sum.defined() ? sum.add_(flat) : flat;
}

// Σ_i ⟨weights_i, ∂slopes_i/∂params⟩ over those entries that are no constants.
class Pullback {
 public:
  explicit Pullback(const Tensors& params) : params_(params) {}

  void Add(const Tensors& slope, const at::Tensor& weight) {
    const Tensors parts = Unflatten(weight.to(params_[0].scalar_type()), params_);
    for (size_t i = 0; i < slope.size(); ++i) {
      if (!slope[i].requires_grad()) continue;
      outputs_.push_back(slope[i]);
      weights_.push_back(parts[i]);
    }
  }

  Tensors Product() const { return VectorJacobianProduct(outputs_, weights_, params_); }

 private:
  const Tensors& params_;
  Tensors outputs_, weights_;
};

Tensors Along(const Tensors& slope, const at::Tensor& weight, const Tensors& params) {
  Pullback pullback(params);
  pullback.Add(slope, weight);
  return pullback.Product();
}

// Adds a chunk's part of H₂g₁ and, not yet taken off it, of H₁g₂.
void AddApart(const Slopes& slopes, const Tensors& params, Interference& found, at::Tensor& h1g2) {
  at::Tensor h2g1 = found.h2g1.value_or(at::Tensor());
  Accumulate(Along(slopes[1], found.gradients[0], params), h2g1);
  Accumulate(Along(slopes[0], found.gradients[1], params), h1g2);
  found.h2g1 = h2g1;
}

// Adds a chunk's part of the bracket: one pass over both graphs, which may share their roots.
void AddTogether(const Slopes& slopes, const Tensors& params, Interference& found) {
  Pullback pullback(params);
  pullback.Add(slopes[1], found.gradients[0]);
  pullback.Add(slopes[0], -found.gradients[1]);
  Accumulate(pullback.Product(), found.bracket);
}

}  // namespace

Interference Interfere(const LossPair& losses, const Tensors& params, bool apart) {
  TORCH_CHECK(losses.chunks >= 1, "expected at least one chunk of data, got none");
  const bool kept = losses.chunks == 1;
  Interference found;
  Slopes slopes;
  for (int64_t chunk = 0; chunk < losses.chunks; ++chunk) {
    slopes = SlopesOf(losses, chunk, params, /*create_graph=*/kept);
    for (int i = 0; i < 2; ++i) Accumulate(slopes[i], found.gradients[i]);
  }
  at::Tensor h1g2;
  for (int64_t chunk = 0; chunk < losses.chunks; ++chunk) {
    if (!kept) slopes = SlopesOf(losses, chunk, params, /*create_graph=*/true);
    if (apart) {
      AddApart(slopes, params, found, h1g2);
    } else {
      AddTogether(slopes, params, found);
    }
  }
  if (apart) found.bracket = *found.h2g1 - h1g2;
  return found;
}

}  // namespace geometer::geometry
