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

// Adds a chunk's part of H₂g₁ and, not yet taken off it, of H₁g₂.
void AddApart(const Slopes& slopes, const Tensors& params, Interference& found, at::Tensor& h1g2) {
  at::Tensor h2g1 = found.h2g1.value_or(at::Tensor());
  const auto along = [&](const Tensors& slope, const at::Tensor& weight) {
    return VectorJacobianProduct(slope, Unflatten(weight, params), params);
  };
  Accumulate(along(slopes[1], found.gradients[0]), h2g1);
  Accumulate(along(slopes[0], found.gradients[1]), h1g2);
  found.h2g1 = h2g1;
}

// Adds a chunk's part of the bracket: one pass over both graphs, which may share their roots.
void AddTogether(const Slopes& slopes, const Tensors& params, Interference& found) {
  Tensors outputs = slopes[1], weights = Unflatten(found.gradients[0], params);
  const Tensors others = Unflatten(-found.gradients[1], params);
  outputs.insert(outputs.end(), slopes[0].begin(), slopes[0].end());
  weights.insert(weights.end(), others.begin(), others.end());
  Accumulate(VectorJacobianProduct(outputs, weights, params), found.bracket);
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
