#include "worker/geometry/games/linear.h"

#include <ATen/TensorOperators.h>

namespace geometer::geometry {
namespace {

class LinearGame : public Game {
 public:
  explicit LinearGame(double friction) : friction_(friction) {}

  at::Tensor Loss(size_t player, const Profile& at, const Deal& /*deal*/,
                  const Pass& /*pass*/) const override {
    const at::Tensor &own = at[player][0], &product = (at[0][0] * at[1][0]).sum();
    const at::Tensor damping = own.square().sum() * (friction_ / 2);
    return player == 0 ? damping - product : damping + product;
  }

 private:
  const double friction_;
};

}  // namespace

std::unique_ptr<Game> MakeLinearGame(double friction) {
  return std::make_unique<LinearGame>(friction);
}

}  // namespace geometer::geometry
