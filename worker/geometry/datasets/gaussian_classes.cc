#include "worker/geometry/datasets/gaussian_classes.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_vector_norm.h>

#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

// [classes, dimension].
at::Tensor Means(const GaussianClassesOptions& options) {
  const at::Tensor directions = StandardNormal(
      options.classes, options.dimension, MakeGenerator(options.seed, "gaussian_classes/means"));
  return options.separation * directions /
         at::linalg_vector_norm(directions, 2, at::IntArrayRef{1}, /*keepdim=*/true);
}

}  // namespace

RawDataset MakeGaussianClasses(const GaussianClassesOptions& options) {
  const at::Tensor means = Means(options);
  const Law law = [&](int64_t count, const at::Generator& generator) {
    const at::Tensor labels = BalancedLabels(count, options.classes);
    const at::Tensor noise = StandardNormal(count, options.dimension, generator);
    return Examples{means.index_select(0, labels) + options.deviation * noise, labels};
  };
  return Sampled("gaussian_classes", options.sizes, options.seed, options.classes, law);
}

}  // namespace geometer::geometry
