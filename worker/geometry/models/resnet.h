#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct ResNet18Options {
  int64_t channels = 3;  // of the input images
  int64_t outputs = 10;
  int64_t width = 64;  // channels of the first stage; later stages have 2, 4 and 8 times as many
  bool batch_norm = true;  // off: convolutions have biases instead
};

// ResNet-18 for small images: a 3×3 stem without pooling, four stages of two basic blocks, the
// last three of which halve the resolution, global average pooling, one linear layer.
//
// Inputs [N, channels, height, width], such as 1×28×28 and 3×32×32. Names are torchvision's:
// conv1.weight, bn1.weight, layer1.0.conv1.weight, layer2.0.downsample.0.weight, fc.bias; the
// buffers bn1.running_mean, bn1.running_var, bn1.num_batches_tracked, …
// Activations: "layer1" … "layer4" (images) and "features" [N, 8·width].
// Initialisation: He normal over fan-out, as torchvision's. Without batch normalisation the second
// convolution of each block starts smaller by √8, so that 8 blocks leave the scale of their input.
std::unique_ptr<Model> MakeResNet18(const ResNet18Options& options);

}  // namespace geometer::geometry
