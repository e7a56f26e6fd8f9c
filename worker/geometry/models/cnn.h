#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/models/activation.h"
#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct CnnOptions {
  std::vector<int64_t> input = {1, 28, 28};  // channels, height, width
  std::vector<int64_t> channels = {32, 64};  // of each convolution; each pooling halves the sides
  int64_t kernel = 3;
  int64_t features = 128;  // width of the hidden dense layer
  int64_t outputs = 10;
  Activation activation = Activation::kRelu;
  bool batch_norm = false;
  bool average_pooling = false;  // 2×2 means instead of maxima
  double dropout = 0;            // share of the features that training drops
};

// A small convolutional network: for each of `channels` a convolution that keeps the sides, batch
// normalisation if asked for, the activation and a 2×2 pooling of stride 2; then a dense hidden
// layer and the linear output.
//
// Named as the layers' attributes in PyTorch: conv1.weight, bn1.weight, …, features.weight,
// output.weight, output.bias. Activations: "conv1", "conv2", … (images, pooled) and "features".
// Initialisation: He normal, over fan-out for kernels, fan-in for the features; biases 0.
std::unique_ptr<Model> MakeCnn(const CnnOptions& options);

}  // namespace geometer::geometry
