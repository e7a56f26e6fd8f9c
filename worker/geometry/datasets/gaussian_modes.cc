#include "worker/geometry/datasets/gaussian_modes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <numbers>

namespace geometer::geometry {
namespace {

// [modes, 2].
at::Tensor Centres(const GaussianModesOptions& options) {
  const at::Tensor index = at::arange(options.modes, at::kDouble);
  if (options.layout == ModeLayout::kRing) {
    const at::Tensor angle = index * (2 * std::numbers::pi / static_cast<double>(options.modes));
    return options.extent * at::stack({angle.cos(), angle.sin()}, 1);
  }
  const double side = std::round(std::sqrt(static_cast<double>(options.modes)));
  TORCH_CHECK(side * side == static_cast<double>(options.modes),
              "expected a square number of modes, got ", options.modes);
  const at::Tensor row = (index / side).floor(), column = index - side * row;
  if (side == 1) return at::zeros({1, 2}, at::kDouble);
  return options.extent * (2 * at::stack({column, row}, 1) / (side - 1) - 1);
}

}  // namespace

RawDataset MakeGaussianModes(const GaussianModesOptions& options) {
  const at::Tensor centres = Centres(options);
  const Law law = [&](int64_t count, const at::Generator& generator) {
    const at::Tensor labels = BalancedLabels(count, options.modes);
    const at::Tensor noise = StandardNormal(count, 2, generator);
    return Examples{centres.index_select(0, labels) + options.deviation * noise, labels};
  };
  return Sampled("gaussian_modes", options.sizes, options.seed, options.modes, law);
}

}  // namespace geometer::geometry
