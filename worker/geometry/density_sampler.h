#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>

namespace geometer::geometry {

// V(x) = −log μ(x) of each of the points `x`, [n, …]: shape [n], differentiable.
using Potential = std::function<at::Tensor(const at::Tensor& x)>;

// An axis-parallel box: corners in the shape of one point.
struct Box {
  at::Tensor low, high;

  // That around `points`, [n, …], its sides times `factor` about its centre.
  static Box Around(const at::Tensor& points, double factor);

  // `count` points, uniform in it, in its dtype.
  at::Tensor Draw(int64_t count, const at::Generator& generator) const;
};

struct SamplerOptions {
  int64_t steps = 2000;
  double step_size = 0.005;  // dt, in squared units of the points over those of V
  // β of Langevin dynamics; absent: gradient flow.
  std::optional<double> inverse_temperature{};
  double gradient_clip = 10;  // longer gradients of a point are cut to this norm
  int64_t chunk_size = 250;   // points whose gradients are in memory at once; changes rounding only
};

// Moves the points `start`, [n, …], and returns where they end, detached:
//   x ← box(x − dt·∇V(x) + √(2dt/β)·ξ),  ξ ~ N(0, I)
// with `box` clipping each value, and without ξ where β is absent.
//
// The flow ends on the modes of μ, V falling at the rate ‖∇V‖²: as exp(−2λ·s²t) near a mode of a
// gaussian kernel, s the smallest singular value of ∂φ/∂x; where V has a kink (laplace), points go
// on oscillating by dt·λ. Its law is that of the basins' volumes, not the data's. Langevin dynamics
// approach the law of density μ^β in the box, up to the error of finite steps. Source: MG I.1.9.
// Cost: a forward and a backward pass over the points for each step.
at::Tensor Sample(const Potential& potential, const at::Tensor& start, const Box& box,
                  const SamplerOptions& options, const at::Generator& generator);

}  // namespace geometer::geometry
