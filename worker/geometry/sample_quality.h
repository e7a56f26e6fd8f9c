#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

// How alike two samples of a law are, and how well one covers what it should. Samples are rows: [n,
// d] and [m, d] of any floating dtype; all sums are in float64. A value that is not finite gives
// NaN, as of a generator that diverged.

// Returns the sliced Wasserstein-2 distance: the root of the mean, over `directions` random unit
// vectors, of the squared distance of both samples' quantiles along it. In units of the samples.
// Samples of unequal sizes are compared at max(n, m) even quantiles. Its floor is not 0 but the
// distance between two samples of one law. Source: MG M7. Cost: `directions` sorts of both.
double SlicedWasserstein(const at::Tensor& x, const at::Tensor& y, int64_t directions,
                         const at::Generator& generator);

// Returns the unbiased estimate of MMD², the squared distance between the laws' mean embeddings
// under k(a, b) = ⅓ Σ_s exp(−|a − b|²/(2s²)), s = ½, 1 and 2 times the median distance within both
// samples together. 0 on average for equal laws, so sometimes negative; n, m ≥ 2. Source: MG M8.
// Memory: (n + m)² numbers.
double MaximumMeanDiscrepancy(const at::Tensor& x, const at::Tensor& y);

// What a sample has of a mixture of K equally likely modes of one deviation. A sample is good
// within 3 deviations of the nearest centre.
struct Coverage {
  int64_t modes_1 = 0;      // modes with a good sample
  int64_t modes_20 = 0;     // modes with 20 good ones in 2,500, or that share of n
  double high_quality = 0;  // share of good samples; of Gaussians in the plane 1 − exp(−9/2)
  double divergence = 0;    // KL(histogram of the nearest centres of all samples || uniform), in
                            // nats, at most log K
};

// `centres`: [K, d]. Source: MG M9.
Coverage ModeCoverage(const at::Tensor& samples, const at::Tensor& centres, double deviation);

// exp of the mean KL(p(y|x) || mean of p(y|x)) in each of several consecutive parts of a sample.
struct ClassifierScore {
  double mean = 0;
  double deviation = 0;  // over the parts, the population's; 0 for one
};

// The inception-type score of a classifier's `probabilities`, [N, C]; in [1, C]. Blind to collapse
// within a class: to be read beside the score of real data under the same classifier. Source: MG
// M5.
ClassifierScore ScoreByClassifier(const at::Tensor& probabilities, int64_t parts);

// Returns the Fréchet distance of the Gaussians with the samples' means and (unbiased) covariances,
//   |m₁ − m₂|² + tr(S₁ + S₂ − 2(S₁^½ S₂ S₁^½)^½),
// in squared units of the features; n, m ≥ 2. Strongly biased upwards by small samples: comparable
// at equal n only. Source: MG M6. Cost: two eigendecompositions of d×d matrices.
double FrechetDistance(const at::Tensor& x, const at::Tensor& y);

}  // namespace geometer::geometry
