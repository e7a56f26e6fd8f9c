#pragma once

#include <array>
#include <cstdint>

#include "worker/geometry/games/game.h"

namespace geometer::geometry {

// Terms R that a player's loss may gain, each as the product of two gradients of which the second
// is held constant (MG J.1.3, J.1.9); "own" and "other" are the player's loss and parameters and
// its opponent's.
enum class GameTerm {
  kSelfNorm,     // ½‖∂L_own/∂own‖²
  kOtherNorm,    // ½‖∂L_other/∂other‖²
  kInteraction,  // ∂L_own/∂other · const(∂L_other/∂other)
};

// Returns ∂R/∂own of `player`, in its parameters' shapes. The gradient that is differentiated is
// taken on `differentiated`, the constant one on `constant`: two independent deals make the
// estimate of full batches unbiased, one for both biases it by O(1/B) (MG J.1.10).
// Cost: two losses, two backward passes and one through a backward pass.
Tensors TermGradient(const Game& game, size_t player, GameTerm term, const Profile& at,
                     const Deal& differentiated, const Deal& constant, const Pass& pass);

// Which flow the drift is that of.
enum class DriftConvention {
  kPaper,        // each player's time is its own learning rate's: no flow where rates differ
  kSingleClock,  // one time for both: an autonomous flow for all rates (MG J.1.4 a)
};

// How the players move in a round.
struct Pace {
  std::array<double, 2> rates{};            // αh, λh: of all updates of a player together
  std::array<int64_t, 2> updates = {1, 1};  // m, k, of equal rates
  bool alternating = false;                 // the second player sees the first one's new parameters
  bool integrated = false;                  // by a method of higher order, without such drift
};

// The coefficients c of what a round adds to the losses, to second order in the rates: the player
// descends L + c_self·R_self + c_interaction·R_interaction, per unit of its own rate (MG J.1.3,
// J.1.4).
struct DriftCoefficients {
  double self = 0;
  double interaction = 0;
};
DriftCoefficients DriftOf(size_t player, const Pace& pace, DriftConvention convention);

}  // namespace geometer::geometry
