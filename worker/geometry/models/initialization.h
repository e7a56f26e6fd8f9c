#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace geometer::geometry {

// The law of a fresh weight matrix (GC 3.9). Entries are independent but for kOrthogonal.
enum class Initialization {
  kTorch,      // uniform on ±1/√fan_in, PyTorch's default; biases too, which others set to 0
  kHe,         // normal, variance 2/fan_in
  kLecun,      // normal, variance 1/fan_in
  kGlorot,     // normal, variance 2/(fan_in + fan_out)
  kHeUniform,  // the same variances, uniform
  kLecunUniform,
  kGlorotUniform,
  kTruncatedNormal,  // normal of variance 1/fan_in, cut at 2 of its standard deviations
  kOrthogonal,       // orthonormal rows or columns, whichever are fewer, uniformly drawn
};

// Returns the generator that draws the parameter `name` of a network.
at::Generator ParameterGenerator(uint64_t seed, const std::string& name);

// Draws a weight matrix, shape [fan_out, fan_in], float64.
at::Tensor DrawMatrix(Initialization initialization, at::IntArrayRef shape,
                      const at::Generator& generator);

// Draws independent entries from N(0, variance), or from the uniform law on ±bound. float64.
at::Tensor DrawNormal(double variance, at::IntArrayRef shape, const at::Generator& generator);
at::Tensor DrawUniform(double bound, at::IntArrayRef shape, const at::Generator& generator);

}  // namespace geometer::geometry
