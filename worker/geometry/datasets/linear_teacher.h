#pragma once

#include <cstdint>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/made.h"

namespace geometer::geometry {

struct LinearTeacherOptions {
  int64_t inputs = 10;
  int64_t outputs = 1;
  double noise = 0;  // standard deviation of the Gaussian noise on training and validation targets
  SampleSizes sizes{};
  uint64_t seed = 0;
};

// Regression on y = A x + noise with x ~ N(0, I) and entries of A ~ N(0, 1/inputs) (stream
// "linear_teacher/matrix"), so that each target has variance near 1. Test targets have no noise.
// Inputs are float64 [N, inputs], targets float64 [N, outputs].
RawDataset MakeLinearTeacher(const LinearTeacherOptions& options);

}  // namespace geometer::geometry
