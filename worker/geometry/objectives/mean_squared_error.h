#pragma once

#include <memory>

#include "worker/geometry/objectives/objective.h"

namespace geometer::geometry {

// (1/K) Σ_c (output_c − target_c)² per example, so the loss is the mean over N·K numbers, as
// PyTorch's; K times smaller than the sum over outputs, its Hessian likewise.
// `targets` have the shape of `output`, [N, K], or are class labels [N], int64: then one-hot.
std::unique_ptr<Objective> MakeMeanSquaredError();

}  // namespace geometer::geometry
