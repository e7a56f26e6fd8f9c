#pragma once

#include <memory>
#include <vector>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// Scores that are large out of distribution.
enum class OodScore {
  kDensity,         // −max_y log μ(x|y) of a Morse network
  kMaxProbability,  // −max p of the softmax
  kEntropy,         // of the softmax, in nats
  kEnergy,          // −log Σ exp of the logits
};

// How well scores tell the subject's sample from its second one, which is out of distribution:
//   "<score>_auroc"     with DeLong's standard error, and the number of examples on both sides
//   "<score>_aupr_out", "<score>_aupr_in", "<score>_fpr95"    detection.h
// and of a Morse network, since a collapsed one may still rank well,
//   "mean_density", "mean_density_out"                         means of max_y μ(x|y)
// A score is "density", "max_probability", "entropy" or "energy". Throws std::invalid_argument for
// kDensity of another network. Source: MG I.1.6, M1–M3, M10. Cost: a forward pass over both
// samples.
std::unique_ptr<Probe> MakeOodDetectionProbe(std::vector<OodScore> scores);

}  // namespace geometer::geometry
