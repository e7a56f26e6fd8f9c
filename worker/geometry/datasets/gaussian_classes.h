#pragma once

#include <cstdint>

#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/datasets/made.h"

namespace geometer::geometry {

struct GaussianClassesOptions {
  int64_t classes = 5;
  int64_t dimension = 10;
  double separation = 3;  // distance of each class's mean from 0
  double deviation = 1;   // standard deviation of each coordinate within a class
  SampleSizes sizes{};
  uint64_t seed = 0;
};

// Gaussian classes Q_c = N(separation·u_c, deviation²·I), equally often, where the directions u_c
// are uniform on the unit sphere (stream "gaussian_classes/means"). The Poincaré constant of each
// class is deviation² exactly (GC 6). Inputs are float64 [N, dimension].
RawDataset MakeGaussianClasses(const GaussianClassesOptions& options);

}  // namespace geometer::geometry
