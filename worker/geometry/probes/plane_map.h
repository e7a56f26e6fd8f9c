#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/probes/probe.h"

namespace geometer::geometry {

struct PlaneMapOptions {
  int64_t points = 30;     // g of a side, at least 2
  double extent = 1.5;     // side of the square, in those of the smallest one around the sample
  bool logarithm = false;  // −log μ instead of μ
};

// A network with two inputs on an even g×g grid over a square about the sample. "map_x" and "map_y"
// are the places of columns and rows, index 0 … g−1; of the rest, the index is row·g + column:
//   Morse networks   "map_density", max_y μ(x|y), or "map_potential", −log of it
//   classifiers      "map_class", the likeliest class, and "map_margin", by how much its
//   probability
//                    exceeds the second one's; of Morse networks by class too
//   regression       "map_output", the first output
// Inputs must be of two numbers each. Source: MG I.2.3. Cost: a forward pass over the grid.
std::unique_ptr<Probe> MakePlaneMapProbe(const PlaneMapOptions& options);

}  // namespace geometer::geometry
