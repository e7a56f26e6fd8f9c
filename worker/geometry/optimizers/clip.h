#pragma once

#include "worker/geometry/tensors.h"

namespace geometer::geometry {

// Shortens `gradients`, as one vector, to the norm `limit` (> 0) where they are longer, in place.
// The norm is accumulated in float64.
void ClipNorm(Tensors& gradients, double limit);

}  // namespace geometer::geometry
