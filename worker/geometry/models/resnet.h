#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct ResNetOptions {
  int64_t channels = 3;  // of the input images
  int64_t outputs = 10;
  int64_t depth = 18;  // 18, 34 or 50
  int64_t width = 64;  // channels of the first stage; later stages have 2, 4 and 8 times as many
  bool batch_norm = true;      // off: convolutions have biases instead
  bool imagenet_stem = false;  // 7×7 of stride 2 and a 3×3 maximum of stride 2, for 3×3
};

// A residual network of four stages, the last three of which halve the resolution: basic blocks of
// two 3×3 convolutions, [2, 2, 2, 2] for depth 18 and [3, 4, 6, 3] for 34, or at depth 50
// bottlenecks 1×1, 3×3, 1×1 that widen fourfold; then global average pooling and one linear layer.
//
// Inputs [N, channels, height, width], such as 1×28×28, 3×32×32 or 3×224×224. Names are
// torchvision's: conv1.weight, bn1.weight, layer1.0.conv1.weight, layer2.0.downsample.0.weight,
// fc.bias; the buffers bn1.running_mean, bn1.running_var, bn1.num_batches_tracked, …
// Activations: "layer1" … "layer4" (images) and "features" [N, 8·width], or [N, 32·width].
// Initialisation: He normal over fan-out, as torchvision's. Without batch normalisation the last
// convolution of each block starts smaller by √blocks, so that they leave the scale of their input.
std::unique_ptr<Model> MakeResNet(const ResNetOptions& options);

}  // namespace geometer::geometry
