#pragma once

#include <memory>

#include "worker/geometry/games/game.h"

namespace geometer::geometry {

// L_1 = (ε/2)‖φ‖² − φ·θ, L_2 = (ε/2)‖θ‖² + φ·θ (MG J.1.8): rotation around 0, damped by the
// `friction` ε. Each player is one vector, both of one length.
std::unique_ptr<Game> MakeLinearGame(double friction);

}  // namespace geometer::geometry
