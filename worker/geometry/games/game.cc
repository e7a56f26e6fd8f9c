#include "worker/geometry/games/game.h"

namespace geometer::geometry {

Profile Leaves(const Profile& at) {
  Profile leaves;
  for (size_t player = 0; player < at.size(); ++player) {
    for (const at::Tensor& parameter : at[player]) {
      leaves[player].push_back(parameter.detach().requires_grad_());
    }
  }
  return leaves;
}

}  // namespace geometer::geometry
