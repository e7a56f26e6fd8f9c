#pragma once

#include <cstdint>
#include <limits>
#include <memory>

#include "worker/geometry/schedules/adaptive.h"

namespace geometer::geometry {

struct DriftAdjustedOptions {
  double power = 1;     // p > 0: 1 is DAL, less is DAL-p
  double constant = 2;  // c
  double cap = 5;
  int64_t start = 0;  // adjusted while start < completed updates < stop; 0 starts at once
  int64_t stop = std::numeric_limits<int64_t>::max();
  bool momentum_aware = false;  // c becomes c·z/2, z the rule's threshold: c(1 + β) with heavy ball
  ProductOptions product{};
};

// h = min(cap, c/v^p), v = ‖Hĝ‖, so that with p = 1 the drift of a step from the gradient flow,
// (h/2)‖Hĝ‖ of the step, is c/2. Outside its window the base rate. 0 where ‖g‖ < 1e-30.
//
// On quadratics: h ≥ c/λ₀; with c = 2 the gradient never shrinks, so that descent stalls; with
// c < 2 it converges (GD 5.3).
// Source: GD 5.2, 8.4, 11.4. Cost: the Hessian-vector product.
std::unique_ptr<AdaptiveSchedule> MakeDriftAdjusted(const DriftAdjustedOptions& options);

}  // namespace geometer::geometry
