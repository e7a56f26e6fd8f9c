#include "worker/geometry/datasets/normalization.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/var_mean.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace geometer::geometry {
namespace {

// Per channel, float64.
struct Moments {
  at::Tensor mean;      // [C]
  at::Tensor variance;  // [C]
};

// How often each byte occurs in each channel, [C, 256], float64. A block at a time, since the count
// widens them to int64.
at::Tensor Histograms(const at::Tensor& inputs, const at::Tensor& rows) {
  constexpr int64_t kBlock = 200;
  at::Tensor counts = at::zeros({inputs.size(1), 256}, at::kDouble);
  for (const at::Tensor& block : rows.split(kBlock)) {
    const at::Tensor bytes = inputs.index_select(0, block);
    for (int64_t c = 0; c < inputs.size(1); ++c) {
      counts[c] += at::bincount(bytes.select(1, c).flatten(), {}, /*minlength=*/256);
    }
  }
  return counts;
}

Moments MomentsOfBytes(const at::Tensor& inputs, const at::Tensor& rows, double maximum) {
  const at::Tensor values = at::arange(256, at::kDouble) / maximum;
  const at::Tensor counts = Histograms(inputs, rows);
  const at::Tensor share = counts / counts.sum(1, /*keepdim=*/true);
  const at::Tensor mean = (share * values).sum(1);
  return {mean, (share * (values - mean.unsqueeze(1)).square()).sum(1)};
}

Moments MomentsOf(const at::Tensor& inputs, const at::Tensor& rows, double maximum) {
  if (inputs.scalar_type() == at::kByte) return MomentsOfBytes(inputs, rows, maximum);
  const at::Tensor values = inputs.index_select(0, rows).to(at::kDouble) / maximum;
  const at::Tensor columns = values.transpose(0, 1).flatten(1);
  auto [variance, mean] = at::var_mean(columns, at::IntArrayRef{1}, /*unbiased=*/false);
  return {mean, variance};
}

// Of all channels together, which have equally many values.
Moments Pooled(const Moments& each) {
  const at::Tensor mean = each.mean.mean(0, /*keepdim=*/true);
  return {mean, (each.variance + (each.mean - mean).square()).mean(0, /*keepdim=*/true)};
}

Normalization ToMap(const Moments& moments, double maximum) {
  Normalization map{{}, {}, maximum};
  for (int64_t c = 0; c < moments.mean.numel(); ++c) {
    const double variance = moments.variance[c].item<double>();
    map.mean.push_back(moments.mean[c].item<double>());
    map.deviation.push_back(variance > 0 ? std::sqrt(variance) : 1);
  }
  return map;
}

absl::Status CheckGiven(const NormalizationOptions& options, int64_t channels) {
  const auto given = static_cast<int64_t>(options.mean.size());
  if (options.mean.size() == options.deviation.size() && (given == 1 || given == channels)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("normalization.given: ", given, " means and ", options.deviation.size(),
                   " deviations, for data of ", channels, " channels"));
}

// Broadcasts over `inputs`.
at::Tensor PerChannel(const std::vector<double>& values, const at::Tensor& inputs) {
  std::vector<int64_t> shape(inputs.dim(), 1);
  shape[1] = static_cast<int64_t>(values.size());
  return at::tensor(values, at::kDouble).view(shape);
}

}  // namespace

absl::StatusOr<Normalization> FitNormalization(const at::Tensor& inputs, const at::Tensor& rows,
                                               double maximum,
                                               const NormalizationOptions& options) {
  switch (options.kind) {
    case NormalizationOptions::Kind::kNone:
      return Normalization{{0}, {1}, maximum};
    case NormalizationOptions::Kind::kPerChannel:
      return ToMap(MomentsOf(inputs, rows, maximum), maximum);
    case NormalizationOptions::Kind::kGlobal:
      return ToMap(Pooled(MomentsOf(inputs, rows, maximum)), maximum);
    case NormalizationOptions::Kind::kGiven:
      if (absl::Status status = CheckGiven(options, inputs.size(1)); !status.ok()) return status;
      return Normalization{options.mean, options.deviation, maximum};
  }
  TORCH_CHECK(false, "expected a normalization, got ", static_cast<int>(options.kind));
}

at::Tensor Normalized(const at::Tensor& inputs, const Normalization& map, at::ScalarType dtype) {
  const at::Tensor deviation = PerChannel(map.deviation, inputs);
  const at::Tensor scale = (deviation * map.maximum).reciprocal();
  const at::Tensor shift = -PerChannel(map.mean, inputs) / deviation;
  const at::Tensor values = inputs.to(dtype, /*non_blocking=*/false, /*copy=*/true);
  return values.mul_(scale.to(dtype)).add_(shift.to(dtype));
}

}  // namespace geometer::geometry
