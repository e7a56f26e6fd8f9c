#pragma once

#include <memory>
#include <vector>

#include "worker/geometry/datasets/split_examples.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// Scores that are large out of distribution.
enum class OodScore {
  kDensity,               // −max_y log μ(x|y) of a Morse network
  kMaxProbability,        // −max p of the posterior
  kEntropy,               // of the posterior, in nats
  kEnergy,                // −log Σ exp of the class logits
  kMahalanobisInputs,     // mahalanobis.h, of the inputs
  kMahalanobisEmbedding,  // of the last layer's input (embedding.h)
};

struct OodOptions {
  std::vector<OodScore> scores;
  // Divides the class logits (Objective::ClassLogits) before scores of them.
  double temperature = 1;
  // What the Gaussians of Mahalanobis scores are fitted to, by class where the objective predicts
  // labels; otherwise unused.
  SplitExamples training{};
};

// How well scores tell the subject's sample from its second one, which is out of distribution:
//   "<score>_auroc"     with DeLong's standard error, and the number of examples on both sides
//   "<score>_aupr_out", "<score>_aupr_in", "<score>_fpr95"    detection.h
// and of a Morse network, since a collapsed one may still rank well,
//   "mean_density", "mean_density_out"                         means of max_y μ(x|y)
// A score is "density", "max_probability", "entropy", "energy", "mahalanobis_inputs" or
// "mahalanobis_embedding". Throws std::invalid_argument for kDensity of another network. Source: MG
// I.1.6, I.1.10, M1–M3, M10. Cost: a forward pass over both samples, and for each Mahalanobis score
// one over the training split, whose features it holds, and mahalanobis.h.
std::unique_ptr<Probe> MakeOodDetectionProbe(OodOptions options);

}  // namespace geometer::geometry
