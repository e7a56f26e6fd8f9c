#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/curvature.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct SpectralDensityOptions {
  Curvature curvature = Curvature::kHessian;
  int64_t starts = 4;  // random directions
  int64_t steps = 30;  // products for each, and so nodes of each
};

// The density of eigenvalues (1/m) Σ_i δ(λ − λ_i) of a curvature matrix C (m × m) of the mean loss
// over the sample, as a quadrature:
//   "density_node", index i     θ_i, loss / parameter²; ascending
//   "density_weight", index i   w_i ≥ 0; Σ w_i = 1
//   "density_mean"              Σ w_i θ_i, an estimate of tr C / m
//   "density_mean_square"       Σ w_i θ_i², an estimate of ‖C‖_F² / m
// The sum Σ w_i φ(θ_i) estimates (1/m) tr φ(C) for any smooth φ. The last two carry the standard
// error over the starts, which are `samples`.
//
// Stochastic Lanczos quadrature: from each random start q of norm 1, the values of the Krylov
// space's projection are the nodes, the squared first components of its vectors the weights. Such a
// quadrature is exact for qᵀC^p q up to p = 2·steps − 1. A network that is not finite gives one
// node of NaN. Source: GD 8.2; Ubaru, Chen, Saad 2017; Golub and Welsch 1969. Cost: starts·steps
// products.
std::unique_ptr<Probe> MakeSpectralDensityProbe(const SpectralDensityOptions& options);

}  // namespace geometer::geometry
