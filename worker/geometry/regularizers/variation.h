#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/regularizers/regularizer.h"

namespace geometer::geometry {

enum class VariationMeasure {
  kTotal,      // Σ |f(x_j+1) − f(x_j)| over neighbours on the grid, along every input
  kDirichlet,  // ½∫‖∂f/∂x‖² dx, from exact derivatives, by the midpoint rule
};

struct VariationOptions {
  VariationMeasure measure = VariationMeasure::kTotal;
  int64_t points = 100;  // of the grid, along each input, at least 2
  double extent = 1;     // the grid spans [−extent, extent] in each input
};

// R(θ) = the variation of the network's outputs, summed over them, on an even grid over an interval
// or a square of what the network sees: for networks of one or two inputs, `inputs` of them, of
// [N, inputs]. The batch plays no part; evaluation mode.
//
// Source: GC 2.4 (Dirichlet energy), the binding conventions (total variation). For the network's
// function on the grid only; the probe function_shape measures it on the data's interval.
// Cost: 1 fb over points^inputs examples for kTotal; 1 + K for kDirichlet, K outputs.
std::unique_ptr<Regularizer> MakeVariation(int64_t inputs, const VariationOptions& options = {});

}  // namespace geometer::geometry
