#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace torch::autograd {
struct Node;
}

namespace geometer::geometry {

// An operation of a graph that reads a parameter.
struct ParameterRead {
  std::shared_ptr<torch::autograd::Node> node;
  size_t slot;  // which argument of the operation the parameter is
  at::Tensor parameter;
};

// Finds what reads `params` in the graph of `root`, which must require gradients; in no particular
// order. A dense layer reads its weight transposed, and in lower precision a copy of it: these are
// passed over.
std::vector<ParameterRead> ParameterReads(const at::Tensor& root, at::TensorList params);

}  // namespace geometer::geometry
