#pragma once

#include <cstdint>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/made.h"

namespace geometer::geometry {

enum class Function1d {
  kSine,       // sin(2πx)
  kStep,       // sign(x)
  kAbsolute,   // |x|
  kCubic,      // 4x³ − 3x, the Chebyshev polynomial of degree 3
  kChebyshev,  // cos(n·arccos x), the Chebyshev polynomial of degree n
};

struct Function1dOptions {
  Function1d function = Function1d::kSine;
  int64_t degree = 4;  // n of kChebyshev, ≥ 0
  double noise = 0;    // standard deviation of the Gaussian noise on the targets, ≥ 0
  SampleSizes sizes{.train = 10, .validation = 100, .test = 200};  // at least 2 for training
  uint64_t seed = 0;
};

// Samples y = f(x) + noise on [−1, 1] (GC 2.4; Chebyshev: GD 5.4). Inputs and targets are float64
// [N, 1]. Training: an even grid, both ends included, with noise. Validation: uniform points with
// noise. Test: an even grid without noise.
RawDataset MakeFunction1d(const Function1dOptions& options);

}  // namespace geometer::geometry
