#pragma once

#include <cstdint>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/made.h"

namespace geometer::geometry {

// Data sets of points near curves in the plane, a class each: inputs float64 [N, 2], all classes
// equally often, and Gaussian noise of deviation `noise` on both coordinates of every split.

struct TwoMoonsOptions {
  double noise = 0.1;
  SampleSizes sizes{};
  uint64_t seed = 0;
};

// Two interleaved half circles, with t uniform in [0, π] (MG I.2.3): class 0 is (cos t, sin t),
// class 1 is (1 − cos t, ½ − sin t).
RawDataset MakeTwoMoons(const TwoMoonsOptions& options);

struct CirclesOptions {
  int64_t rings = 2;
  double noise = 0.05;
  SampleSizes sizes{};
  uint64_t seed = 0;
};

// Concentric circles around 0: class c has radius (c + 1)/rings and a uniform angle.
RawDataset MakeCircles(const CirclesOptions& options);

}  // namespace geometer::geometry
