#pragma once

#include <memory>

#include "worker/geometry/optimizers/optimizer.h"
#include "worker/geometry/stability.h"

namespace geometer::geometry {

// Where momentum keeps the learning rate; the same while it is constant.
enum class MomentumForm {
  kHeavyBall,  // inside the velocity
  kPytorch,    // outside
};

// (Stochastic) gradient descent with β, τ, Nesterov and λ of `form`, g ← g + λθ:
//   heavy ball  v ← βv − h(1 − τ)g;  θ ← θ + v      or, Nesterov,  θ ← θ + βv − hg
//   PyTorch     v ← βv + (1 − τ)g;   θ ← θ − h·v    or, Nesterov,  θ ← θ − h(g + βv)
// and θ ← θ − h·g without momentum. The first velocity is 0: where τ > 0, PyTorch begins with g
// instead.
// Source: GD 7, binding conventions.
// State: "momentum_buffer.<name>" per parameter, none when β = 0.
std::unique_ptr<Optimizer> MakeSgd(const DescentForm& form,
                                   MomentumForm momentum = MomentumForm::kHeavyBall);

}  // namespace geometer::geometry
