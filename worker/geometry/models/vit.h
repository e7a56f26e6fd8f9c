#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct VitOptions {
  std::vector<int64_t> input = {3, 32, 32};  // channels, height, width: multiples of `patch`
  int64_t outputs = 10;
  int64_t patch = 4;  // side of a patch, in pixels
  int64_t width = 64;
  int64_t depth = 4;  // encoder layers
  int64_t heads = 4;  // divide `width`
  int64_t mlp_ratio = 2;
  double dropout = 0;  // share that training drops of the embedding and of each branch
};

// A small vision transformer: patches as tokens with a class token and learned positions, pre-norm
// encoder layers of self-attention and a GELU perceptron, a last normalisation of the class token
// and one linear layer.
//
// Names are torchvision's: class_token, conv_proj.weight, encoder.pos_embedding,
// encoder.layers.encoder_layer_0.ln_1.weight, ….self_attention.in_proj_weight, ….mlp.0.weight,
// ….mlp.3.weight, encoder.ln.weight, heads.head.weight, …
// Activations: "layer1", … ([N, tokens, width]) and "features" [N, width].
// Attention is made of plain products, so that it has derivatives of every order.
// Initialisation: patches and dense layers LeCun normal and Glorot uniform, positions of standard
// deviation 0.02, the class token and biases 0.
std::unique_ptr<Model> MakeVit(const VitOptions& options);

}  // namespace geometer::geometry
