#pragma once

#include <ATen/core/Tensor.h>

#include "worker/geometry/evaluation.h"

namespace geometer::geometry {

// What the last layer of a network sees and says, in evaluation mode.
struct Embedding {
  at::Tensor features;  // [N, p]: the last activation, flattened; the input of a linear model
  at::Tensor output;    // [N, K]
};

Embedding Embed(const Network& network, const at::Tensor& inputs);

// Returns the weights of the last layer, shape [K, p], a row per output, without history.
at::Tensor LastWeights(const Network& network);

}  // namespace geometer::geometry
