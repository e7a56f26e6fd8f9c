#pragma once

#include <cstdint>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/made.h"

namespace geometer::geometry {

enum class ModeLayout {
  kRing,  // on a circle around 0 of radius `extent`, the first at (extent, 0)
  kGrid,  // a square lattice around 0, `modes` a square number, its corners at ±extent
};

struct GaussianModesOptions {
  ModeLayout layout = ModeLayout::kRing;
  int64_t modes = 8;
  double extent = 2;
  double deviation = 0.1;  // of each coordinate within a mode
  SampleSizes sizes{};
  uint64_t seed = 0;
};

// Gaussian modes in the plane, a class each and equally often: what a generator that covers only
// some of them is tested on (MG J.2.3, M9). Inputs are float64 [N, 2].
RawDataset MakeGaussianModes(const GaussianModesOptions& options);

}  // namespace geometer::geometry
