#pragma once

#include <memory>

#include "worker/geometry/density_sampler.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct DensitySamplesOptions {
  SamplerOptions sampler{};  // its chunk size is the subject's
  double box = 1.5;          // its sides, in those of the smallest box around the sample
};

// As many points as the sample has, drawn from a Morse network's density μ(x) = max_y μ(x|y) by
// density_sampler.h, from uniform noise in a box and within it:
//   "mode_share"          share of points with μ > 0.9
//   "sampled_density"     mean of μ over the points
//   "sliced_wasserstein"  distance of the points to the sample, over 200 directions
//   "mmd"                 its squared kernel distance, without bias, of the first 2,000 of both
// (sample_quality.h). The distances' floor is that between two samples of the data. The noise is
// equal at every step of a run. Throws std::invalid_argument for another network. Source: MG I.1.9,
// I.2.4, M7, M8. Cost: a forward and a backward pass for each step.
std::unique_ptr<Probe> MakeDensitySamplesProbe(const DensitySamplesOptions& options);

}  // namespace geometer::geometry
