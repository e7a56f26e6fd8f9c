#pragma once

#include <memory>

#include "worker/geometry/few_shot.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// How well the network's embedding (probes/embedding.h) serves classes that few examples are known
// of: those of the subject's second sample where it has one, such as classes that training never
// saw, else those of its sample.
//   "few_shot_accuracy"   mean over episodes (few_shot.h), with its standard error: 1.96 of them
//                         are the usual 95 % interval; `samples` is the number of episodes
//   "cdnv_mean"           the class-distance normalised variance of these classes
//   (neural_collapse.h):
//                         how far they are from collapse
// Targets must be class labels. Throws std::invalid_argument where too few classes have examples
// enough. Source: GC 6.1, 6.5. Cost: a forward pass, and the episodes.
std::unique_ptr<Probe> MakeFewShotProbe(const FewShotOptions& options);

}  // namespace geometer::geometry
