#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/evaluation.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// What is differentiated.
enum class ComplexityOutput {
  kLogits,
  kProbabilities,  // their softmax
  kCentredLogits,  // less their mean, which no prediction depends on
  kEmbedding,      // the input of the last layer (probes/embedding.h)
  kEveryLayer,     // every activation of the network, in order, and the logits
};

// The space of x: what the network sees, (u − mean)/deviation per channel; u in [0, 1]; or the raw
// values of the files, u times the value that means 1 (datasets/dataset.h).
enum class InputSpace { kNormalised, kUnit, kRaw };

// The quantity's name, such as "geometric_complexity" for the logits.
std::string ComplexityQuantity(ComplexityOutput output);

// Returns what is differentiated, in evaluation mode, each [N, …]; several for kEveryLayer.
Tensors ComplexityOutputs(ComplexityOutput output, const Network& network,
                          const at::Tensor& inputs);

// Returns ∂(what the network sees)/∂x for each channel, or one for all.
std::vector<double> InputFactors(InputSpace space, const Normalization& normalization);

}  // namespace geometer::geometry
