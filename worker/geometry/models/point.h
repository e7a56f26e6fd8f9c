#pragma once

#include <memory>
#include <vector>

#include "worker/geometry/models/model.h"

namespace geometer::geometry {

// Numbers that are trained directly: the output is `start`, whatever the input. As a network, a
// dense layer without bias on the constant 1: its one parameter "0.weight" is [start.size(), 1].
// No activations and no buffers.
std::unique_ptr<Model> MakePoint(std::vector<double> start);

}  // namespace geometer::geometry
