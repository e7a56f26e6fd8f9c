#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

namespace geometer::geometry {

// An ordered list of tensors, such as a network's parameters. Copies share storage.
using Tensors = std::vector<at::Tensor>;

// A tensor with the name that it has in a checkpoint.
struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};
using NamedTensors = std::vector<NamedTensor>;

// Returns `tensors` (any shapes, one dtype) one after another as one vector of shape [m].
at::Tensor Flatten(at::TensorList tensors);

// The inverse of Flatten: `flat` (shape [m]) in the shapes, the dtype and on the device of `like`;
// views of it where it has them already.
Tensors Unflatten(const at::Tensor& flat, at::TensorList like);

// Returns `map` of `v`, where it is a vector (shape [m]), or of each of its rows (shape [V, m]),
// stacked again.
at::Tensor ByRows(const at::Tensor& v, const std::function<at::Tensor(const at::Tensor&)>& map);

// Returns ‖tensors‖², the sum of all squared entries, accumulated in float64. Shape [], float64;
// differentiable any number of times.
at::Tensor SquaredNorm(at::TensorList tensors);

}  // namespace geometer::geometry
