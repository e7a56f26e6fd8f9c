#pragma once

#include <memory>

#include "worker/geometry/optimizers/optimizer.h"

namespace geometer::geometry {

struct SgdOptions {
  double momentum = 0;      // β in [0, 1)
  double weight_decay = 0;  // λ ≥ 0, coupled: added to the gradient
};

// Stochastic gradient descent in PyTorch's form, the rate outside the buffer:
//   g ← g + λθ;  v ← βv + g;  θ ← θ − h·v      (v = g when β = 0)
// State: "momentum_buffer.<name>" per parameter, none when β = 0.
std::unique_ptr<Optimizer> MakeSgd(const SgdOptions& options);

}  // namespace geometer::geometry
