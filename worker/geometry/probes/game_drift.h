#pragma once

#include <memory>

#include "worker/geometry/games/drift.h"
#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

// Of one player of a game, on the sample and as many latents:
//   "loss"
//   "gradient_norm"      ‖g‖, g = ∂L_own/∂own
//   "self_drift"         ‖s‖, s = c_self·∂R_self/∂own: what discretization adds to g by itself
//   "interaction_drift"  ‖i‖, i = c_interaction·∂R_interaction/∂own: and through the other player
//   "interaction_slope"  ⟨i, g⟩/‖g‖²: positive where the drift helps the player down
// with the coefficients of drift.h at the learning rates of the next round. Source: MG J.1.3,
// J.1.4. Of plain descent: other rules move otherwise. Cost: the loss, its gradient, and
// two terms of drift.h; the whole sample at once.
std::unique_ptr<Probe> MakeGameDriftProbe(DriftConvention convention);

}  // namespace geometer::geometry
