#pragma once

#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

// R(θ) = Σ_{i<j} ∇L_i·∇L_j of an update on several losses: how much they agree. A weight h/2
// doubles what a step h on their sum does by itself, −h/2 undoes it; negative weights seek
// agreement.
//
// Each loss's share is ½·g_i·Σ_{j≠i} g_j in value, and H_i·Σ_{j≠i} g_j in its gradient, so that the
// shares add up to R and ∇R. It has no second derivative.
// Source: GD 4.1. Cost: 1 fb for the other gradients, and 1 fb and a pass over its graph.
std::unique_ptr<Regularizer> MakeConflict();

}  // namespace geometer::geometry
