#pragma once

#include <memory>

#include "worker/geometry/optimizers/optimizer.h"

namespace geometer::geometry {

struct AdamOptions {
  double beta1 = 0.9;     // in [0, 1)
  double beta2 = 0.999;   // in [0, 1)
  double epsilon = 1e-8;  // > 0
};

// Adam in PyTorch's form, t = 1, 2, … the update:
//   m ← β₁m + (1 − β₁)g;  s ← β₂s + (1 − β₂)g²
//   θ ← θ − h/(1 − β₁ᵗ) · m / (√s/√(1 − β₂ᵗ) + ε)
// State: "exp_avg.<name>" (m) and "exp_avg_sq.<name>" (s) per parameter, as in PyTorch.
std::unique_ptr<Optimizer> MakeAdam(const AdamOptions& options);

}  // namespace geometer::geometry
