#include "worker/geometry/density_sampler.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <vector>

#include "worker/geometry/autograd.h"

namespace geometer::geometry {
namespace {

// ∇V of each point, at most `clip` long.
at::Tensor Slopes(const Potential& potential, const at::Tensor& points,
                  const SamplerOptions& options) {
  std::vector<at::Tensor> slopes;
  for (const at::Tensor& chunk : points.split(options.chunk_size)) {
    const at::Tensor x = chunk.detach().requires_grad_();
    slopes.push_back(Gradient(potential(x).sum(), {x})[0]);
  }
  const at::Tensor all = at::cat(slopes).flatten(1);
  const at::Tensor norm = all.norm(2, {1}, /*keepdim=*/true).clamp_min(options.gradient_clip);
  return (all * (options.gradient_clip / norm)).view(points.sizes());
}

}  // namespace

Box Box::Around(const at::Tensor& points, double factor) {
  const at::Tensor low = points.amin(0), high = points.amax(0);
  const at::Tensor centre = (low + high) / 2, half = (high - low) / 2 * factor;
  return {centre - half, centre + half};
}

at::Tensor Box::Draw(int64_t count, const at::Generator& generator) const {
  std::vector<int64_t> shape = low.sizes().vec();
  shape.insert(shape.begin(), count);
  const at::Tensor share = at::empty(shape, at::kDouble).uniform_(0, 1, generator);
  return low + (high - low) * share.to(low.options());
}

at::Tensor Sample(const Potential& potential, const at::Tensor& start, const Box& box,
                  const SamplerOptions& options, const at::Generator& generator) {
  at::Tensor x = start.detach();
  for (int64_t step = 0; step < options.steps; ++step) {
    x = x - options.step_size * Slopes(potential, x, options);
    if (options.inverse_temperature.has_value()) {
      const double deviation = std::sqrt(2 * options.step_size / *options.inverse_temperature);
      x = x + at::empty(x.sizes(), at::kDouble).normal_(0, deviation, generator).to(x.options());
    }
    x = at::clamp(x, box.low, box.high);
  }
  return x;
}

}  // namespace geometer::geometry
