#pragma once

#include <memory>

#include "worker/geometry/combinations/combination.h"

namespace geometer::geometry {

// Conflict-averse descent (CAGrad): T·d, where d has the largest min_i g_i·d among all directions
// within c‖ḡ‖ of the mean ḡ = (1/T)Σ g_i. By duality d = ḡ + c‖ḡ‖·g_w/‖g_w‖, g_w = Σ w_i g_i, where
// w on the simplex minimises g_w·ḡ + c‖ḡ‖‖g_w‖. With `c` = 0 it is the sum; 0 ≤ c < 1 keeps its
// minima.
//
// A comparison to the conflict penalty of GD 4.1. w is found on the Gram matrix by projected
// descent, until its duality gap is 1e-10 of the objective's scale or after 1,000 steps, which a
// small g_w may need. Where ḡ or g_w is 0, d = ḡ. Cost: T(T + 1)/2 inner products and one sum.
std::unique_ptr<Combination> MakeCagrad(double c);

}  // namespace geometer::geometry
