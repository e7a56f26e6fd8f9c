#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "worker/geometry/datasets/dataset.h"

namespace geometer::geometry {

enum class Function1d {
  kSine,      // sin(2πx)
  kStep,      // sign(x)
  kAbsolute,  // |x|
  kCubic,     // 4x³ − 3x, the Chebyshev polynomial of degree 3
};

struct Function1dOptions {
  Function1d function = Function1d::kSine;
  double noise = 0;    // standard deviation of the Gaussian noise on the targets, ≥ 0
  int64_t train = 10;  // points, at least 2
  int64_t validation = 100;
  int64_t test = 200;
  uint64_t seed = 0;
  at::ScalarType dtype = at::kFloat;
};

// Samples y = f(x) + noise on [−1, 1]. Inputs and targets have shape [N, 1] and are not normalised.
// Training: an even grid, both ends included, with noise. Validation: uniform points with noise.
// Test: an even grid without noise.
Dataset MakeFunction1d(const Function1dOptions& options);

}  // namespace geometer::geometry
