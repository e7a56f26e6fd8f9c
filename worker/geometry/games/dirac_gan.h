#pragma once

#include <memory>

#include "worker/geometry/games/game.h"

namespace geometer::geometry {

// L_1 = −l(φ·θ), L_2 = l(φ·θ), l(t) = log(1 + eᵗ) (MG J.1.8): the discriminator x ↦ φ·x against the
// generator of the one point θ, with the data at 0. Each player is one vector, both of one length.
std::unique_ptr<Game> MakeDiracGan();

}  // namespace geometer::geometry
