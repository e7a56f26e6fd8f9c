#pragma once

#include <memory>

#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// `weight` times `objective`: a task's share of a sum of losses. Its gradient, and all that
// penalties make of that, is that of the weighted loss (GD 4.2: replace L_i by a_i·L_i).
std::unique_ptr<Objective> MakeWeighted(std::shared_ptr<const Objective> objective, double weight);

}  // namespace geometer::geometry
