#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "worker/geometry/morse_kernel.h"
#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

enum class MorseLoss {
  kDensity,    // the divergence below
  kPosterior,  // cross-entropy of the posterior, −log(μ(x|y)/Σ_y' μ(x|y')); needs classes
};

struct MorseOptions {
  MorseKernel kernel{};
  // a: one row for a single mode set, whatever the label, or one for each class; [C, k], float64.
  at::Tensor targets;
  double noise_weight = 1;  // c
  MorseLoss loss = MorseLoss::kDensity;
};

// The loss of a Morse network μ(x|y) = K(φ(x), a_y), the KL divergence of unnormalised densities:
//   E_data[−log μ(x|y)] + c·E_noise[Σ_y μ(x|y)]
// with `output` = φ(x), [N, k]. Examples of the label kReferenceLabel are noise
// (reference_noise.h); a batch that holds any must hold as many as data, and then each counts
// twice, so that the mean over the batch is the sum of both means. A batch without noise has the
// first term alone.
//
// Its minimum over all functions is min(1, p/(c·q)), the truncated ratio of the data's to the
// noise's density: the noise law is a modelling choice. φ ≡ a is stationary, and a minimum for
// small c: measure the density beside the loss.
//
// Special cases (MG I.1.10): φ(x) = x with gaussian is an unnormalised Gaussian; gaussian with λ =
// 2, c = 0 and the mean initial output as target is Deep SVDD; kPosterior with laplace is IsoMax
// with fixed prototypes and entropic scale λ, its score the posterior's entropy at the temperature
// λ.
//
// Source: MG I.1.4, I.1.5, I.1.8 (sum over classes), I.4.
std::unique_ptr<Objective> MakeMorse(MorseOptions options);

// `count` targets radius·e_y, one for each class; [count, count].
at::Tensor ClassTargets(int64_t count, double radius);

}  // namespace geometer::geometry
