#include "worker/geometry/games/drift.h"

#include "worker/geometry/autograd.h"

namespace geometer::geometry {

Tensors TermGradient(const Game& game, size_t player, GameTerm term, const Profile& at,
                     const Deal& differentiated, const Deal& constant, const Pass& pass) {
  const size_t other = Opponent(player);
  const size_t loss = term == GameTerm::kOtherNorm ? other : player;
  const size_t in = term == GameTerm::kSelfNorm ? player : other;
  const size_t constant_loss = term == GameTerm::kSelfNorm ? player : other;
  const Profile leaves = Leaves(at);
  const Tensors first =
      Gradient(game.Loss(loss, leaves, differentiated, pass), leaves[in], /*create_graph=*/true);
  const Tensors second = Gradient(game.Loss(constant_loss, leaves, constant, pass), leaves[in]);
  return VectorJacobianProduct(first, second, leaves[player]);
}

DriftCoefficients DriftOf(size_t player, const Pace& pace, DriftConvention convention) {
  if (pace.integrated) return {};
  const double own = pace.rates[player];
  const double self = own / (2 * static_cast<double>(pace.updates[player]));
  const bool follows = pace.alternating && player == 1;
  if (convention == DriftConvention::kPaper) {
    return {self, own / 2 - (follows ? pace.rates[0] : 0)};
  }
  const double other = pace.rates[Opponent(player)];
  return {self, follows ? -other / 2 : other / 2};
}

}  // namespace geometer::geometry
