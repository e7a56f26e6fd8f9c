#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Appends a zero tensor like each parameter to `state`, named "<what>.<parameter name>".
void AddBuffers(const std::string& what, const std::vector<std::string>& names,
                at::TensorList params, NamedTensors& state);

// The `index`-th list of `count` tensors of `state`, as AddBuffers left them; copies share storage.
// Throws where `state` is not that of a network with `count` parameters.
Tensors BuffersOf(const NamedTensors& state, size_t index, size_t count);

}  // namespace geometer::geometry
