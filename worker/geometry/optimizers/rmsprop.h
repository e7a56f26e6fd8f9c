#pragma once

#include <memory>

#include "worker/geometry/optimizers/optimizer.h"

namespace geometer::geometry {

struct RmspropOptions {
  double decay = 0.99;    // α in [0, 1)
  double epsilon = 1e-8;  // > 0
  double momentum = 0;    // β in [0, 1)
  bool centered = false;
};

// RMSProp in PyTorch's form:
//   s ← αs + (1 − α)g²;  d = √s + ε, or, centered, m ← αm + (1 − α)g;  d = √(s − m²) + ε
//   v ← βv + g/d;  θ ← θ − h·v      (v = g/d when β = 0)
// State, where used: "square_avg.<name>" (s), "momentum_buffer.<name>" (v), "grad_avg.<name>" (m).
std::unique_ptr<Optimizer> MakeRmsprop(const RmspropOptions& options);

}  // namespace geometer::geometry
