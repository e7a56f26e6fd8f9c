#pragma once

#include <cstdint>

#include "worker/geometry/evaluation.h"
#include "worker/geometry/examples.h"
#include "worker/geometry/krylov_basis.h"
#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// A curvature matrix of the mean loss L = (1/N) Σ ℓ_n over the N examples of a sample.
enum class Curvature {
  kHessian,      // ∇²L
  kGaussNewton,  // (1/N) Σ J_nᵀ ∇²_f ℓ_n J_n, J_n = ∂f(x_n)/∂θ: ∇²L without ∇²f. For cross-entropy,
                 // and squared error up to a factor, also the Fisher matrix of the model's labels
  kFisher,  // the empirical Fisher matrix (1/N) Σ ∇ℓ_n ∇ℓ_nᵀ, of the labels of the sample
};

// Returns v ↦ Cv at the parameters of `network`, which must require gradients, for `v` of shape
// [m] or [V, m]. Products are in the parameters' dtype, sums over chunks in float64 and in order.
// One chunk keeps its graph, several rebuild theirs for every v: memory is that of one chunk.
// Borrows `network.model` and `objective`. Not thread-safe: products share a graph.
//
// Cost of a product in one chunk: two passes as long as a backward one.
SymmetricOperator MakeCurvature(Curvature kind, const Network& network, const Objective& objective,
                                const Examples& sample, int64_t chunk_size);

}  // namespace geometer::geometry
