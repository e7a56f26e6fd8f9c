#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstddef>

#include "worker/geometry/examples.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// The parameters of both players of a game: φ of the first, θ of the second (MG J.1.1). Of a GAN
// the first is the discriminator.
using Profile = std::array<Tensors, 2>;

// What a player's loss is taken on. Games without data look at neither.
struct Deal {
  Examples data;       // of the data set
  at::Tensor latents;  // [N, L], standard normal, in the parameters' dtype
};

// Two losses L_1(φ, θ) and L_2(φ, θ), each of which one player descends in its own parameters.
// Thread-safe.
class Game {
 public:
  virtual ~Game() = default;

  // The loss of `player` (0 or 1) on `deal`: a mean over examples and latents, shape [], in the
  // parameters' dtype, attached to those of both players that require gradients.
  virtual at::Tensor Loss(size_t player, const Profile& at, const Deal& deal,
                          const Pass& pass) const = 0;
};

// The other player.
inline size_t Opponent(size_t player) { return 1 - player; }

// A copy of `at` for differentiating in all of it: shares storage, has no history.
Profile Leaves(const Profile& at);

}  // namespace geometer::geometry
