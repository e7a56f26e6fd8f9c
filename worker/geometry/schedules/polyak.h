#pragma once

#include <limits>
#include <memory>
#include <optional>

#include "worker/geometry/schedules/adaptive.h"

namespace geometer::geometry {

struct PolyakOptions {
  double minimum = 0;  // f*, the loss that can be reached
  double scale = 1;    // 1 for CLR, 1/c for SPS
  double cap = std::numeric_limits<double>::infinity();
  double floor = 0;
  double growth = 0;              // largest factor over an epoch; 0: no limit
  std::optional<double> first{};  // that growth is counted from at the start and after a rate of 0
};

// h = scale·max(L − f*, 0)/‖g‖², at most cap and growth^(1/steps per epoch) times the rate before,
// at least floor: corridor learning rate (CLR) and stochastic Polyak step (SPS).
//
// In a corridor (Hg = 0) with f* = 0 one step reaches loss 0. Where the loss cannot reach f*, the
// rate explodes as g vanishes: a cap below 2/λ₀ restores convergence. 0 where ‖g‖ < 1e-8, and
// where L is not finite.
// Source: GD 6, 6.4, 8.4, 11.5. Cost: ‖g‖², linear in the parameters.
std::unique_ptr<AdaptiveSchedule> MakePolyak(const PolyakOptions& options);

}  // namespace geometer::geometry
