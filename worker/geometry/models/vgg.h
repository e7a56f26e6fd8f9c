#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct VggOptions {
  int64_t channels = 3;  // of the input images
  int64_t outputs = 10;
  int64_t depth = 11;  // 11, 13, 16 or 19
  int64_t width = 64;  // channels of the first stage, up to 8 times as many in the last
  bool batch_norm = true;
  double dropout = 0;  // share of the features that training drops
};

// VGG for small images: five stages of 3×3 convolutions, each ended by a 2×2 maximum of stride 2,
// then a global average and one linear layer.
//
// Inputs [N, channels, height, width], at least 32×32. Names of the convolutions are torchvision's:
// features.0.weight, features.0.bias, features.1.weight (batch normalisation), …; then
// classifier.weight and classifier.bias. Activations: "stage1" … "stage5" (images) and "features"
// [N, 8·width]. Initialisation: He normal over fan-out, biases 0.
std::unique_ptr<Model> MakeVgg(const VggOptions& options);

}  // namespace geometer::geometry
