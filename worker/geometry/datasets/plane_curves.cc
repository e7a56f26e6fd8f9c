#include "worker/geometry/datasets/plane_curves.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <numbers>

namespace geometer::geometry {
namespace {

// Numbers t uniform in [0, end), [count].
at::Tensor Angles(int64_t count, double end, const at::Generator& generator) {
  return at::empty({count}, at::kDouble).uniform_(0, end, generator);
}

at::Tensor Noisy(const at::Tensor& points, double noise, const at::Generator& generator) {
  return points + noise * at::empty_like(points).normal_(0, 1, generator);
}

}  // namespace

RawDataset MakeTwoMoons(const TwoMoonsOptions& options) {
  const Law law = [&](int64_t count, const at::Generator& generator) {
    const at::Tensor labels = BalancedLabels(count, 2);
    const at::Tensor t = Angles(count, std::numbers::pi, generator);
    const at::Tensor second = labels.eq(1);
    const at::Tensor x = at::where(second, 1 - t.cos(), t.cos());
    const at::Tensor y = at::where(second, 0.5 - t.sin(), t.sin());
    return Examples{Noisy(at::stack({x, y}, 1), options.noise, generator), labels};
  };
  return Sampled("two_moons", options.sizes, options.seed, /*classes=*/2, law);
}

RawDataset MakeCircles(const CirclesOptions& options) {
  const Law law = [&](int64_t count, const at::Generator& generator) {
    const at::Tensor labels = BalancedLabels(count, options.rings);
    const at::Tensor t = Angles(count, 2 * std::numbers::pi, generator);
    const at::Tensor radius = (labels + 1).to(at::kDouble) / static_cast<double>(options.rings);
    const at::Tensor points = at::stack({radius * t.cos(), radius * t.sin()}, 1);
    return Examples{Noisy(points, options.noise, generator), labels};
  };
  return Sampled("circles", options.sizes, options.seed, options.rings, law);
}

}  // namespace geometer::geometry
