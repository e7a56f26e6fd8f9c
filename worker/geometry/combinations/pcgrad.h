#pragma once

#include <memory>

#include "worker/geometry/combinations/combination.h"

namespace geometer::geometry {

// Gradient surgery (PCGrad): each g_i loses, one after another in a random order of the other tasks
// (stream "pcgrad"), its component along every g_j that it conflicts with by then,
//   g ← g − (g·g_j/‖g_j‖²)·g_j where g·g_j < 0,
// and the results add up. For two tasks neither part opposes the other task's gradient.
//
// A comparison to the conflict penalty of GD 4.1. All g_i keep to their span, so everything is
// computed on their Gram matrix. Cost: T(T + 1)/2 inner products and one sum.
std::unique_ptr<Combination> MakePcgrad();

}  // namespace geometer::geometry
