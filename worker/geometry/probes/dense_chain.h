#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "worker/geometry/evaluation.h"
#include "worker/geometry/models/activation.h"

namespace geometer::geometry {

struct DenseLayer {
  at::Tensor weight;     // W_l, [out, in], float64
  at::Tensor bias;       // b_l, [out], float64; undefined where the network has none
  double spectral = 0;   // ‖W_l‖₂²
  double frobenius = 0;  // ‖W_l‖_F²
};

// A network f = z_L, z_l = W_l·h_l + b_l, h_1 = x, h_{l+1} = σ(z_l), without history.
struct DenseChain {
  std::vector<DenseLayer> layers;
  Activation activation;
};

// Norms that are not finite are NaN. `network` must be such a chain (Model::DenseChain).
DenseChain DenseChainOf(const Network& network);

// Upper bounds on GC(f, D) for every D, c being σ's Lipschitz constant. Source: GC 3.2, 3.3.
struct ChainBounds {
  double spectral;  // T1: r·Π‖W_l‖₂²·c^(2L−2), r the smallest width, input and output included
  double mixed;           // T1b: the same with ‖W_i‖_F² for r·‖W_i‖₂², for the best i
  double frobenius;       // T2: Π‖W_l‖_F²·c^(2L−2)
  double parameter_norm;  // T2: ((1/L) Σ‖W_l‖_F²)^L·c^(2L−2)
  double lipschitz;       // Π‖W_l‖₂·c^(L−1), of f itself
};

ChainBounds BoundsOf(const DenseChain& chain);

// Both sides of the transfer inequality T3, ‖J‖_F²·Tau ≤ ‖∇_θ f‖_F², for each example, [N],
// float64; Tau = Σ_l (1 + |h_l|²)/(‖W_l‖₂²·‖∂h_l/∂x‖₂²), without the 1 where there are no biases,
// and without layers of norm 0. Source: GC 3.4.
struct TransferTerms {
  at::Tensor jacobian;  // ‖∂f/∂x‖_F²
  at::Tensor tau;
  at::Tensor gradient;  // ‖∇_θ f‖_F², the sum over outputs
};

// Exact, by the product of layer Jacobians. Cost per example: an eigenvalue problem of the smaller
// side of each [width, inputs] matrix. Memory: 16 of those.
TransferTerms TransferTermsOf(const DenseChain& chain, const at::Tensor& inputs);

// Returns the slack T8: min(d, K)·lipschitz²·√(log(2/δ)/(2m)), so that GC(f, law) ≤ GC(f, D) +
// slack but for a probability of δ/2 over the m independent examples of D. f must not depend on D.
// `rank`: min(d, K). Source: GC 5.3.
double SamplingSlack(int64_t rank, double lipschitz, int64_t examples, double delta);

}  // namespace geometer::geometry
