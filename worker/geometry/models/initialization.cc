#include "worker/geometry/models/initialization.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <cmath>

#include "worker/geometry/random.h"

namespace geometer::geometry {

at::Generator ParameterGenerator(uint64_t seed, const std::string& name) {
  return MakeGenerator(seed, "initialize/" + name);
}

at::Tensor DrawMatrix(Initialization initialization, at::IntArrayRef shape,
                      const at::Generator& generator) {
  const double fan_out = static_cast<double>(shape[0]);
  const double fan_in = static_cast<double>(shape[1]);
  switch (initialization) {
    case Initialization::kTorch:
      return DrawUniform(1 / std::sqrt(fan_in), shape, generator);
    case Initialization::kHe:
      return DrawNormal(2 / fan_in, shape, generator);
    case Initialization::kLecun:
      return DrawNormal(1 / fan_in, shape, generator);
    case Initialization::kGlorot:
      return DrawNormal(2 / (fan_in + fan_out), shape, generator);
  }
  TORCH_CHECK(false, "expected an initialization, got ", static_cast<int>(initialization));
}

at::Tensor DrawNormal(double variance, at::IntArrayRef shape, const at::Generator& generator) {
  return at::empty(shape, at::kDouble).normal_(0, std::sqrt(variance), generator);
}

at::Tensor DrawUniform(double bound, at::IntArrayRef shape, const at::Generator& generator) {
  return at::empty(shape, at::kDouble).uniform_(-bound, bound, generator);
}

}  // namespace geometer::geometry
