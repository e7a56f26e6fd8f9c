#include "worker/geometry/confidence.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/log_softmax.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace geometer::geometry {

at::Tensor LogWithBackground(const at::Tensor& log_densities, double background) {
  const at::Tensor density = log_densities.exp();
  const double share = background / static_cast<double>(density.size(1));
  return (density + share).log() - (density.sum(1, /*keepdim=*/true) + background).log();
}

at::Tensor LogTemperedByDensity(const at::Tensor& logits, const at::Tensor& log_density) {
  return at::log_softmax(log_density.exp().unsqueeze(1) * logits, 1);
}

double CalibrationErrorByWidth(const at::Tensor& confidence, const at::Tensor& correct,
                               int64_t bins) {
  // On the CPU: sums into bins have no fixed order on a GPU.
  const at::Tensor c = confidence.to(at::kCPU, at::kDouble);
  const at::Tensor bin = ((c * bins).ceil() - 1).clamp(0, bins - 1).nan_to_num().to(at::kLong);
  // In each bin, the sum of what accuracy and confidence differ by.
  const at::Tensor gap = at::bincount(bin, correct.to(at::kCPU, at::kDouble) - c, bins);
  return gap.abs().sum().item<double>() / static_cast<double>(c.size(0));
}

double CalibrationErrorByMass(const at::Tensor& confidence, const at::Tensor& correct,
                              int64_t bins) {
  const auto [c, order] = confidence.to(at::kDouble).sort(/*stable=*/std::optional<bool>(true), 0);
  const at::Tensor gap = correct.to(at::kDouble).index_select(0, order) - c;
  const int64_t examples = c.size(0);
  double sum = 0;
  for (const at::Tensor& bin : gap.tensor_split(std::min(bins, examples))) {
    sum += std::abs(bin.sum().item<double>());
  }
  return sum / static_cast<double>(examples);
}

}  // namespace geometer::geometry
