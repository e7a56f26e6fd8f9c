#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <functional>
#include <utility>
#include <vector>

#include "worker/geometry/games/game.h"

namespace geometer::geometry {

// A game of two vectors that is given by its losses.
class FunctionGame : public Game {
 public:
  using Losses =
      std::function<at::Tensor(size_t player, const at::Tensor& phi, const at::Tensor& theta)>;

  explicit FunctionGame(Losses losses) : losses_(std::move(losses)) {}

  at::Tensor Loss(size_t player, const Profile& at, const Deal&, const Pass&) const override {
    return losses_(player, at[0][0], at[1][0]);
  }

 private:
  const Losses losses_;
};

// Smooth losses of φ [3] and θ [2] that couple them in every order of their Taylor series; none of
// the parts of either's field vanishes or equals another.
inline at::Tensor CoupledLoss(size_t player, const at::Tensor& phi, const at::Tensor& theta) {
  const auto constant = [&](std::vector<double> values) {
    return at::tensor(values, phi.options().requires_grad(false));
  };
  const at::Tensor mix = constant({0.9, -0.4, 0.3, 0.7, -0.6, 0.5}).view({3, 2});
  const at::Tensor a = phi.dot(mix.mv(theta)), b = phi.dot(mix.flip(0).mv(theta));
  const at::Tensor w = phi.dot(constant({0.5, -0.8, 0.6})), u = theta.dot(constant({0.7, 0.4}));
  if (player == 0) {
    const at::Tensor bowl = phi.square().mul(constant({0.4, 0.2, 0.3})).sum();
    return bowl + a.tanh() + 0.5 * w.sin() * u.cos() + 0.1 * phi.pow(3).sum() * theta.sum();
  }
  const at::Tensor bowl = theta.square().mul(constant({0.3, 0.1})).sum();
  return bowl - 0.7 * b.tanh() + 0.4 * (u + w).exp().log1p() + 0.1 * theta.pow(3).sum() * phi.sum();
}

// A common loss E of both: L_1 = −E, L_2 = E.
inline at::Tensor ZeroSumLoss(size_t player, const at::Tensor& phi, const at::Tensor& theta) {
  const at::Tensor common = CoupledLoss(0, phi, theta);
  return player == 0 ? -common : common;
}

inline at::Tensor CoupledPhi() { return at::tensor({0.4, -0.7, 0.5}, at::kDouble); }
inline at::Tensor CoupledTheta() { return at::tensor({-0.3, 0.6}, at::kDouble); }

}  // namespace geometer::geometry
