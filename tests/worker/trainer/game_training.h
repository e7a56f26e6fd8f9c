#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/worker/geometry/games/function_game.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// A game of two vectors that is given by its losses, played by the product's updates in float64.
class GameTraining {
 public:
  // `overrides` of a game of points by descent at the rate 1: "game.order=alternating", ….
  explicit GameTraining(const geometry::FunctionGame::Losses& losses,
                        std::vector<std::string> overrides = {});

  // Both vectors after so many rounds from (phi, theta), one after another as one.
  at::Tensor After(int64_t rounds, const at::Tensor& phi, const at::Tensor& theta) const;

  const Play& play() const { return *training_.play; }

 private:
  Training training_;
};

}  // namespace geometer::trainer
