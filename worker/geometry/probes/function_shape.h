#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct FunctionShapeOptions {
  int64_t points = 1000;  // of the even grid, at least 2
  int64_t snapshot = 0;   // points of the snapshot; 0 for none
};

// The shape of a network f: ℝ → ℝᴷ between the smallest and the largest input of the sample. The
// grid is even and holds the sample's inputs too. x in units of the input, f in units of the
// output.
//
//   arc_length                Σ √(Δx² + |Δf|²) over the grid
//   arc_length_on_data        the same over the sample's inputs: never more
//   dirichlet_energy          ½∫|f′|² dx, trapezoidal rule
//   dirichlet_energy_on_data  ½Σ |Δf|²/Δx over the sample's inputs: the least of all functions
//                             through these points
//   graph_volume              ∫√(1 + |f′|²) dx, trapezoidal rule
//   function_input            place i = index of the snapshot
//   function_value            f there, index = K·i + output
//
// The residual of an integral is its relative distance to the same by differences over the grid:
// the size of the error of quadrature. f′ is exact. Inputs must be of one number each.
//
// Source: GC 2.4, 3.10. Cost: a forward and a backward pass over the grid.
std::unique_ptr<Probe> MakeFunctionShapeProbe(const FunctionShapeOptions& options = {});

}  // namespace geometer::geometry
