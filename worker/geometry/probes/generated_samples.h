#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/label_classifier.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// The classes of plane data as the modes of their law.
struct Modes {
  at::Tensor centres;    // [K, 2], float64: means of the training split, as networks see it
  double deviation = 0;  // of a coordinate within a class
};

// The modes of data with classes and two inputs, one of each class that has examples; nothing for
// others.
std::optional<Modes> ModesOf(const Dataset& data);

struct GeneratedSamplesOptions {
  std::optional<Modes> modes;
  std::shared_ptr<const LabelClassifier> classifier;  // absent: no score
};

// How the samples of a GAN's generator, as many as the subject's sample, compare with that; in the
// space that networks see, latents fixed for the run:
//   "sliced_wasserstein"        over 200 directions; "sliced_wasserstein_data" is that of the two
//                               halves of the data, a floor (of half the size, so a high one)
//   "mmd"                       the unbiased MMD² of at most 2,048 of each, sometimes negative
//   "modes", "modes_20"         modes with a good sample; with 20 in 2,500
//   "high_quality"              share of good samples, within 3 deviations of a centre
//   "mode_divergence"           KL of the histogram of all samples from a uniform one
//   "classifier_score"          with its deviation over 5 parts / √5 as standard error; and
//   "classifier_score_data"     that of the data, in whose light it must be seen
// of data with modes, or a classifier, only. Source: MG M5, M7, M8, M9. Errors:
// std::invalid_argument below 2 examples, with a classifier below 5.
std::unique_ptr<Probe> MakeGeneratedSamplesProbe(const GeneratedSamplesOptions& options);

}  // namespace geometer::geometry
