#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

// The law of a fresh weight matrix with independent entries; variances as in GC 3.9.
enum class Initialization {
  kTorch,   // uniform on ±1/√fan_in; biases too, where the others set them to 0
  kHe,      // normal, variance 2/fan_in
  kLecun,   // normal, variance 1/fan_in
  kGlorot,  // normal, variance 2/(fan_in + fan_out)
};

}  // namespace geometer::geometry
