#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "worker/geometry/models/activation.h"
#include "worker/geometry/models/initialization.h"
#include "worker/geometry/models/model.h"

namespace geometer::geometry {

struct MlpOptions {
  int64_t inputs = 0;           // numbers per example, at least 1
  std::vector<int64_t> hidden;  // widths; empty for a linear model
  int64_t outputs = 0;          // at least 1
  Activation activation = Activation::kRelu;
  bool bias = true;
  Initialization initialization = Initialization::kTorch;
  double scale = 1;    // multiplies every initial weight, not the biases
  double dropout = 0;  // share of each hidden layer that training drops
};

// A multilayer perceptron: linear layers with `activation` between them.
//
// Inputs of any shape [N, …] are flattened. Parameters are named as in torch.nn.Sequential(Linear,
// activation, Linear, …): 0.weight [out, in], 0.bias [out], 2.weight, 2.bias, …
// Activations: "hidden.0", "hidden.1", …, each [N, width], after the nonlinearity and dropout.
// No buffers.
std::unique_ptr<Model> MakeMlp(const MlpOptions& options);

}  // namespace geometer::geometry
