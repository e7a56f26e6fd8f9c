#include "worker/geometry/models/initialization.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_qr.h>

#include <cmath>

#include "worker/geometry/random.h"

namespace geometer::geometry {

at::Generator ParameterGenerator(uint64_t seed, const std::string& name) {
  return MakeGenerator(seed, "initialize/" + name);
}

namespace {

at::Tensor DrawUniformOf(double variance, at::IntArrayRef shape, const at::Generator& generator) {
  return DrawUniform(std::sqrt(3 * variance), shape, generator);
}

// By the inverse of the normal law's distribution function, which is cut evenly at both ends.
at::Tensor DrawTruncated(double deviation, at::IntArrayRef shape, const at::Generator& generator) {
  const double share = std::erf(2 / std::sqrt(2.0));  // within 2 deviations
  return DrawUniform(share, shape, generator).erfinv_().mul_(deviation * std::sqrt(2.0));
}

// The Q of a Gaussian matrix, its columns' signs made those of R's diagonal: uniform.
at::Tensor DrawOrthogonal(at::IntArrayRef shape, const at::Generator& generator) {
  const at::Tensor g = DrawNormal(1, shape, generator);
  const bool wide = shape[0] < shape[1];
  const auto [q, r] = at::linalg_qr(wide ? g.t() : g);
  const at::Tensor columns = q * r.diagonal().sign();
  return (wide ? columns.t() : columns).contiguous();
}

}  // namespace

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
    case Initialization::kHeUniform:
      return DrawUniformOf(2 / fan_in, shape, generator);
    case Initialization::kLecunUniform:
      return DrawUniformOf(1 / fan_in, shape, generator);
    case Initialization::kGlorotUniform:
      return DrawUniformOf(2 / (fan_in + fan_out), shape, generator);
    case Initialization::kTruncatedNormal:
      return DrawTruncated(1 / std::sqrt(fan_in), shape, generator);
    case Initialization::kOrthogonal:
      return DrawOrthogonal(shape, generator);
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
