#include "worker/geometry/datasets/augmentation.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>

namespace geometer::geometry {
namespace {

// `uniform` in [0, 1) to a whole number −padding … padding.
int64_t Shift(double uniform, int64_t padding) {
  const auto choices = static_cast<double>(2 * padding + 1);
  return std::min(static_cast<int64_t>(uniform * choices), 2 * padding) - padding;
}

}  // namespace

std::vector<View> DrawViews(int64_t count, const Augmentation& options,
                            const at::Generator& generator) {
  const at::Tensor draws = at::empty({count, 3}, at::kDouble).uniform_(0, 1, generator);
  const double* draw = draws.const_data_ptr<double>();
  std::vector<View> views(count);
  for (View& view : views) {
    view.down = Shift(draw[0], options.padding);
    view.right = Shift(draw[1], options.padding);
    view.mirrored = options.flip && draw[2] < 0.5;
    draw += 3;
  }
  return views;
}

}  // namespace geometer::geometry
