#include "worker/geometry/datasets/derived.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/isin.h>
#include <ATen/ops/rot90.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <stdexcept>
#include <string>

#include "absl/strings/str_cat.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

// `data` with each split changed by `change`; empty splits stay.
Dataset Changed(Dataset data, const std::function<SplitExamples(const SplitExamples&)>& change) {
  for (SplitExamples* split : {&data.train, &data.validation, &data.test}) {
    if (split->size() > 0) *split = change(*split);
  }
  return data;
}

at::Tensor InNewOrder(const at::Tensor& inputs, const at::Tensor& order) {
  return inputs.flatten(1).index_select(1, order).view(inputs.sizes());
}

// Pictures [N, channels, height, width], 0 where nothing was.
at::Tensor Turned(const at::Tensor& pictures, double degrees) {
  const double quarters = degrees / 90;
  if (quarters == std::round(quarters) && pictures.size(2) == pictures.size(3)) {
    return at::rot90(pictures, static_cast<int64_t>(quarters), {2, 3}).contiguous();
  }
  // Where each new pixel is read, in coordinates from −1 to 1, with rows downwards.
  const double angle = degrees * std::numbers::pi / 180;
  const double aspect =
      static_cast<double>(pictures.size(2)) / static_cast<double>(pictures.size(3));
  const at::Tensor map = at::tensor({std::cos(angle), -std::sin(angle) * aspect, 0.0,
                                     std::sin(angle) / aspect, std::cos(angle), 0.0},
                                    pictures.options())
                             .view({1, 2, 3})
                             .expand({pictures.size(0), 2, 3});
  constexpr int64_t kLinear = 0, kZeros = 0;
  const at::Tensor grid = at::affine_grid_generator(map, pictures.sizes(), /*align_corners=*/false);
  return at::grid_sampler(pictures, grid, kLinear, kZeros, /*align_corners=*/false);
}

}  // namespace

Dataset OfClasses(const Dataset& data, const std::vector<int64_t>& classes, bool renumber) {
  if (std::ranges::any_of(classes, [&](int64_t c) { return c < 0 || c >= data.classes; })) {
    throw std::invalid_argument(
        absl::StrCat("expected classes below ", data.classes, " of data with classes"));
  }
  const at::Tensor wanted = at::tensor(classes, at::kLong);
  const at::Tensor place = at::empty({data.classes}, at::kLong);
  for (size_t i = 0; i < classes.size(); ++i) place[classes[i]] = static_cast<int64_t>(i);
  Dataset part = Changed(data, [&](const SplitExamples& split) {
    const SplitExamples chosen =
        split.Subset(at::isin(split.targets(), wanted).nonzero().flatten());
    return renumber && chosen.size() > 0
               ? chosen.WithTargets(place.index_select(0, chosen.targets()))
               : chosen;
  });
  if (renumber) part.classes = static_cast<int64_t>(classes.size());
  return part;
}

Dataset Permuted(const Dataset& data, uint64_t seed, std::string_view name) {
  const at::Tensor order = Permutation(c10::multiply_integers(data.train.shape()),
                                       MakeGenerator(seed, "permuted/" + std::string(name)));
  return Changed(data, [&](const SplitExamples& split) {
    Examples examples = split.All();
    examples.inputs = InNewOrder(examples.inputs, order);
    return SplitExamples(std::move(examples), split.black());
  });
}

Dataset Rotated(const Dataset& data, double degrees) {
  if (data.train.shape().size() != 3) {
    throw std::invalid_argument("expected pictures to rotate, got inputs of columns");
  }
  return Changed(data, [&](const SplitExamples& split) {
    Examples examples = split.All();
    const at::Tensor black = split.black().view({-1, 1, 1});
    examples.inputs = Turned(examples.inputs - black, degrees) + black;
    return SplitExamples(std::move(examples), split.black());
  });
}

}  // namespace geometer::geometry
