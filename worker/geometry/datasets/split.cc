#include "worker/geometry/datasets/split.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

absl::Status CheckSizes(const RawDataset& raw, const SplitOptions& options) {
  const int64_t pool = raw.train.size();
  const int64_t train = options.train.value_or(pool - options.validation);
  const int64_t test = options.test.value_or(raw.test.size());
  if (train < 1 || options.validation < 0 || train > pool - options.validation) {
    return absl::InvalidArgumentError(
        absl::StrCat(raw.name, ": ", train, " training and ", options.validation,
                     " validation examples asked for, of ", pool, " that the files hold"));
  }
  if (test < 0 || test > raw.test.size()) {
    return absl::InvalidArgumentError(absl::StrCat(raw.name, ": ", test,
                                                   " test examples asked for, of ", raw.test.size(),
                                                   " that the files hold"));
  }
  return absl::OkStatus();
}

// How often each value of uint8 `pixels` [N, …] occurs, [256], float64. A block at a time, since
// the count widens them to int64.
at::Tensor Histogram(const at::Tensor& pixels) {
  constexpr int64_t kBlock = 1000;
  at::Tensor counts = at::zeros({256}, at::kDouble);
  for (const at::Tensor& block : pixels.split(kBlock)) {
    counts += at::bincount(block.flatten(), {}, /*minlength=*/256);
  }
  return counts;
}

// The mean and deviation of each channel of uint8 `inputs`, exact: from a histogram of its values.
Normalization Statistics(const at::Tensor& inputs, double maximum) {
  const at::Tensor values = at::arange(256, at::kDouble) / maximum;
  Normalization statistics{{}, {}, maximum};
  for (int64_t channel = 0; channel < inputs.size(1); ++channel) {
    const at::Tensor counts = Histogram(inputs.select(1, channel));
    const at::Tensor share = counts / counts.sum();
    const double mean = (share * values).sum().item<double>();
    const double variance = (share * (values - mean).square()).sum().item<double>();
    statistics.mean.push_back(mean);
    statistics.deviation.push_back(variance > 0 ? std::sqrt(variance) : 1);
  }
  return statistics;
}

at::Tensor PerChannel(const std::vector<double>& values) {
  return at::tensor(values, at::kDouble).view({1, -1, 1, 1});
}

Examples Normalized(const Examples& raw, const Normalization& map, at::ScalarType dtype) {
  const at::Tensor scale = (PerChannel(map.deviation) * map.maximum).reciprocal();
  const at::Tensor shift = -PerChannel(map.mean) / PerChannel(map.deviation);
  return {raw.inputs.to(dtype).mul_(scale.to(dtype)).add_(shift.to(dtype)), raw.targets};
}

}  // namespace

absl::StatusOr<Dataset> Split(const RawDataset& raw, const SplitOptions& options) {
  if (absl::Status status = CheckSizes(raw, options); !status.ok()) return status;
  const int64_t pool = raw.train.size();
  const at::Tensor order = Permutation(pool, MakeGenerator(options.seed, "split"));
  const at::Tensor test_order =
      Permutation(raw.test.size(), MakeGenerator(options.seed, "split/test"));
  const int64_t test = options.test.value_or(raw.test.size());

  const Examples train =
      raw.train.Select(order.slice(0, 0, options.train.value_or(pool - options.validation)));
  const Normalization map = Statistics(train.inputs, raw.maximum);
  const auto prepare = [&](const Examples& part) { return Normalized(part, map, options.dtype); };
  return Dataset{raw.name,
                 raw.classes,
                 prepare(train),
                 prepare(raw.train.Select(order.slice(0, pool - options.validation))),
                 prepare(raw.test.Select(test_order.slice(0, 0, test))),
                 map};
}

}  // namespace geometer::geometry
