#pragma once

#include <cstdint>
#include <memory>

#include "worker/geometry/noise/noise.h"

namespace geometer::geometry {

// Each label becomes, with probability `strength` (at most 1), one of the other classes, all alike
// likely. Needs at least two `classes`. Source: GC 3.7 (i).
std::unique_ptr<Noise> MakeLabelNoise(int64_t classes);

}  // namespace geometer::geometry
