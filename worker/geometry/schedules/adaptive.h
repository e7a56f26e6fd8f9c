#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

// How ‖Hĝ‖ is found (GD 8.1).
enum class ProductMode {
  kExact,              // by differentiating the gradient: 1.3 … 3 gradients
  kForwardDifference,  // one more gradient; error O(displacement)
  kCentralDifference,  // two more gradients; error O(displacement²)
};

struct ProductOptions {
  ProductMode mode = ProductMode::kExact;
  double displacement = 0.01;  // of differences, as a norm over all parameters
};

// What the batch of an update shows of the regularized loss L at θ: loss and gradient of the same
// batch, mode, randomness and penalties; weight decay of the update rule excluded (GD 7, 8.4).
struct Slope {
  double loss = 0;
  double squared_gradient = 0;  // ‖g‖², from float64 sums
  double threshold = 2;         // z = hλ₀ above which the update rule diverges (stability.h)
  int64_t steps_per_epoch = 1;
  // That the schedule found for the update before, without warm-up; none before the first.
  std::optional<double> previous_rate{};
  // ‖Hĝ‖, ĝ = g/‖g‖.
  std::function<double(const ProductOptions&)> curvature{};
};

// A rule that finds the rate of each update anew. Pure; thread-safe.
class AdaptiveSchedule {
 public:
  virtual ~AdaptiveSchedule() = default;

  // The rate of the next update; 0 where the gradient vanishes.
  virtual double Rate(const ScheduleContext& context, const Slope& slope) const = 0;

  // Whether Rate will ask for an exact product, so that the gradient's graph must be kept.
  virtual bool DifferentiatesGradient(const ScheduleContext& /*context*/) const { return false; }
};

}  // namespace geometer::geometry
