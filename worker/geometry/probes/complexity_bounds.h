#pragma once

#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct ComplexityBoundsOptions {
  double delta = 0.05;  // twice the probability that the population bound fails, in (0, 1)
};

// Theorems on the geometric complexity of a plain chain of dense layers (dense_chain.h): both sides
// and the slack, right side over left: never below 1, infinite where the left side is 0.
//
//   geometric_complexity  GC over the sample, the left side of the first four
//   spectral_*            T1: width times the product of squared spectral norms
//   mixed_*               T1b: one Frobenius norm, the other norms spectral
//   frobenius_*           T2: the product of squared Frobenius norms
//   parameter_norm_*      T2: from the sum of squared weights
//                         (* of these four: bound, slack)
//   transfer_left         T3: the mean of ‖J‖_F²·Tau
//   transfer_right        T3: the mean of ‖∇_θ f‖_F²
//   transfer_slack        T3: the smallest of all examples
//   population_bound      T8: on GC over the law that the sample is drawn from; fails for δ/2 of
//                         all samples, and means nothing for one the network was trained on
//
// NOT for other architectures: T3 fails where weights are shared (the gradient sums over positions
// and may cancel) and where the input passes around a layer (residual blocks), per-example
// gradients do not exist under batch normalisation, and T1 and T2 would need the norms of unrolled
// maps. A job that asks for it there is refused.
//
// Source: GC 3.2–3.4, 5.3. Cost: per example one eigenvalue problem per hidden layer, of the
// smaller of its width and the inputs: meant for small samples of wide networks.
std::unique_ptr<Probe> MakeComplexityBoundsProbe(const ComplexityBoundsOptions& options);

}  // namespace geometer::geometry
