#include "worker/geometry/datasets/made.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>

#include "worker/geometry/random.h"

namespace geometer::geometry {

RawDataset Sampled(const std::string& name, const SampleSizes& sizes, uint64_t seed,
                   int64_t classes, const Law& law) {
  const auto draw = [&](int64_t count, const char* split) {
    return law(count, MakeGenerator(seed, name + "/" + split));
  };
  RawDataset data{name, draw(sizes.train, "train"), draw(sizes.test, "test"), classes};
  data.validation = draw(sizes.validation, "validation");
  return data;
}

at::Tensor StandardNormal(int64_t rows, int64_t columns, const at::Generator& generator) {
  return at::empty({rows, columns}, at::kDouble).normal_(0, 1, generator);
}

at::Tensor BalancedLabels(int64_t count, int64_t classes) {
  return at::arange(count, at::kLong).remainder(classes);
}

}  // namespace geometer::geometry
