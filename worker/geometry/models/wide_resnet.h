#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct WideResNetOptions {
  int64_t channels = 3;  // of the input images
  int64_t outputs = 10;
  int64_t blocks = 2;    // of each stage, n: 1, 2 or 4 for a depth of 10, 16 or 28, 6n + 4
  int64_t widening = 4;  // k: stages of 16k, 32k and 64k channels
  bool batch_norm = true;
  double dropout = 0;  // share that training drops between a block's convolutions
};

// A wide residual network, WRN-depth-widening, such as 28-10, 16-4 or 10-1: a 3×3 stem of 16
// channels, three stages of n pre-activation blocks (normalise, rectify, convolve, twice), the last
// two of which halve the resolution, global average pooling and one linear layer.
//
// Inputs [N, channels, height, width]. Names: conv1.weight, block1.layer.0.bn1.weight,
// block1.layer.0.conv1.weight, block1.layer.0.convShortcut.weight, …, bn1.weight, fc.weight,
// fc.bias. Activations: "block1" … "block3" (images) and "features" [N, 64·widening].
// Initialisation: He normal over fan-out. Without batch normalisation convolutions have biases, and
// the last one of each block starts smaller by √blocks.
std::unique_ptr<Model> MakeWideResNet(const WideResNetOptions& options);

}  // namespace geometer::geometry
