#pragma once

#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

enum class ParameterGroup {
  kAll,
  kWeights,  // matrices and kernels
  kVectors,  // biases, and the gains and shifts of normalisations
  kOutput,   // the weight and the bias of the output layer
};

// R(θ) = Σ|θ_i|^power over a group of parameters: power 1 favours zeros, 2 over all parameters is
// twice l2. At 0 the derivative of |θ|^power is taken as 0.
//
// Source: GC 3.3. Cost: linear in the parameters; no pass.
std::unique_ptr<Regularizer> MakeParameterNorm(ParameterGroup group, double power);

}  // namespace geometer::geometry
