#pragma once

#include <memory>

#include "worker/geometry/lanczos.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// How the curvature of the loss meets the optimizer's step. With h the learning rate of the next
// update, g, H and E the gradient, Hessian and value of the function that is stepped (the mean loss
// over the sample, and (λ/2)‖θ‖² where weight decay is coupled; penalties of regularizers not), and
// (λ_i, u_i) the eigenpairs of H, largest first:
//   "eigenvalue", index i        λ_i, loss / parameter², with its residual
//   "h_lambda", index i          h·λ_i; gradient descent is stable below 2
//   "stability_threshold"        the h·λ above which this optimizer diverges (stability.h)
//   "stability_ratio"            h·λ_0 / threshold; the edge of stability is 1
//   "gradient_share", index i    (g·u_i)² / ‖g‖²
//   "gradient_share_total"       Σ_i of it: well-conditioned where eigenvalues cluster (GD 8.2)
//   "alpha_real", "alpha_imaginary", index i   the principal flow's α(hλ_i)
//   "stability_coefficient", index i           sc_i = Re α(hλ_i)·(g·u_i)²: positive where descent
//                                              grows along u_i, loss² / parameter²
//   "relative_drift"             (h/2)‖Hĝ‖, ĝ = g/‖g‖: of descent from gradient flow per step
//   "curvature_ratio"            (h/2)ĝᵀHĝ: the part of the predicted decrease lost to curvature
//   "linearity_ratio"            [E(θ) − E(θ − hg)] / (h‖g‖²); 1 in a corridor
// A ratio without meaning (g = 0, or h = 0 for the linearity ratio) is NaN. `residual` and
// `converged` of a quantity of index i are those of its eigenpair.
//
// Source: GD 5.1, 5.2, 6.2, 7, 8.2, binding conventions. Cost: that of hessian_top with the same
// options, one product, one gradient and two forward passes more.
std::unique_ptr<Probe> MakeStabilityProbe(const LanczosOptions& options);

}  // namespace geometer::geometry
