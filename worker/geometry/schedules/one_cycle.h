#pragma once

#include <memory>

#include "worker/geometry/schedules/schedule.h"

namespace geometer::geometry {

struct OneCycleOptions {
  double rise = 0.3;             // share of the run in which the rate rises, in [0, 1)
  double initial_factor = 0.04;  // of the base rate, at the start
  double final_factor = 4e-6;    // of the base rate, at the end
};

// Half a cosine from initial_factor·h₀ up to h₀, then half a cosine down to final_factor·h₀. The
// defaults are PyTorch's OneCycleLR: 1/25, and 1/10,000 of that.
std::unique_ptr<Schedule> MakeOneCycle(const OneCycleOptions& options);

}  // namespace geometer::geometry
