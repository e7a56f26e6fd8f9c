#pragma once

#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// R(θ) = ½‖θ‖² over all trainable parameters, biases and normalisation included; ∂R/∂θ = θ.
//
// Source: GC 3.3; the table of GC 9 uses this convention, ½·l2·‖W‖².
// weight = λ is the weight decay λ of SGD, seen by the loss and by what measures it.
// Cost: linear in the parameters; no backward pass.
std::unique_ptr<Regularizer> MakeL2();

}  // namespace geometer::geometry
