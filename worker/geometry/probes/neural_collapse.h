#pragma once

#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct NeuralCollapseOptions {
  bool geometric_collapse = false;  // also what needs the Jacobian of the embedding
  bool pairs = false;               // also the CDNV of every pair
  double poincare_constant = 0;     // ρ of every class's law of inputs; 0: the effective ones
};

// How far a classifier is from neural collapse. h: its embedding (probes/embedding.h), μ_c: its
// mean over the sample's examples of class c, μ_G: the mean of the μ_c, w_c: the last layer's
// weights, Var_c = mean |h − μ_c|². All are numbers without unit; a collapsed network has 0 but
// where said otherwise.
//
//   nc1, nc1_unnormalised      tr(Σ_W Σ_B⁺)/K and tr(Σ_W Σ_B⁺), over examples
//   nc1_trace_ratio            tr Σ_W / tr Σ_B
//   nc2_means_*, nc2_weights_* equinorm, equiangular, maximal_angle, gram of the μ_c − μ_G and of
//                              the w_c (SimplexDefects)
//   nc3                        ‖W/‖W‖ − M/‖M‖‖², between 0 and 4
//   nc4                        fraction of examples where the network and the nearest mean disagree
//   cdnv_mean, _max, _min      class-distance normalised variance over pairs i ≠ j
//   cdnv_asymmetric_max        max of Var_i/|μ_i − μ_j|²
//   nearest_mean_error         of the nearest-mean classifier on the sample, mean over classes
//   nearest_mean_bound         4(K − 1)·cdnv_mean, never below that error (T13b)
//   cdnv_pair                  with `pairs`, of i < j; index = i·K + j
//
// With `geometric_collapse`, G(x) being ‖∂h/∂x‖_F²:
//
//   class_embedding_complexity G_c, the mean of G over class c = index
//   poincare_constant          Var_c/G_c of class c = index
//   gcol_pair                  mean of (G_i + G_j)/(2|μ_i − μ_j|²) over pairs i ≠ j
//   gcol_mix                   mean of G over the sample · Σ_{i<j} |μ_i − μ_j|⁻²/(K − 1)
//   class_variance             T10: Var_c of class c = index, and
//   class_variance_bound       ρ_c·G_c
//   cdnv_bound, cdnv_slack     T11 over all pairs, T12: the mean of (ρ_i·G_i + ρ_j·G_j)/(2|μ_i −
//                              μ_j|²), and that over cdnv_mean
//
// The effective constant ρ_c = Var_c/G_c is no property of the data: with it T10 to T12 hold with
// equality, by construction. With a `poincare_constant` they say something, of inputs whose law has
// it: Gaussians, a generator's. A finite data set has none. Where one of the K classes has no
// example in the sample, all are NaN but nc2_weights_* and the indexed quantities of the other
// classes. Standard errors are over examples, at the means found. Targets must be class labels.
//
// Source: GC 6.1, 6.4, 7. Cost: one forward pass for a sample of one chunk, two for a longer one,
// since the distance to a mean is needed before the mean is known (README.md); with
// `geometric_collapse` one more and p backward passes, p the width of the embedding.
std::unique_ptr<Probe> MakeNeuralCollapseProbe(const NeuralCollapseOptions& options);

}  // namespace geometer::geometry
