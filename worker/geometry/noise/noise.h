#pragma once

#include <ATen/core/Generator.h>

#include "worker/geometry/examples.h"

namespace geometer::geometry {

// A random change of a batch, drawn afresh for each update. Thread-safe.
class Noise {
 public:
  virtual ~Noise() = default;

  // Returns `batch` changed with `strength` ≥ 0 as each kind states; its tensors are left alone.
  // Draws on the CPU, in float64, from `generator`.
  virtual Examples Apply(const Examples& batch, double strength,
                         const at::Generator& generator) const = 0;
};

}  // namespace geometer::geometry
