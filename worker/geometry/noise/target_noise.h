#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/noise/noise.h"

namespace geometer::geometry {

// y ← y + e, e ~ N(0, strength²·I), for a regression; labels of `classes` classes become one-hot
// first. Source: GC 3.7.
std::unique_ptr<Noise> MakeTargetNoise(int64_t classes);

}  // namespace geometer::geometry
