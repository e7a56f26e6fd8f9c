#pragma once

#include <memory>

#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// (1/K) Σ_{j≠y} max(0, 1 − output_y + output_j) per example, as PyTorch's MultiMarginLoss; `output`
// are scores [N, K], `targets` labels [N], int64.
//
// Piecewise linear in the output: of a linear network its pieces are corridors, where Hg = 0.
// Source: GD 6.1.
std::unique_ptr<Objective> MakeHinge();

}  // namespace geometer::geometry
