#include "worker/geometry/sample_quality.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/bincount.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_eigvalsh.h>
#include <ATen/ops/pdist.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/xlogy.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace geometer::geometry {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastProbability = 1e-12;

at::Tensor Rows(const at::Tensor& sample) { return sample.detach().to(at::kDouble).contiguous(); }

void CheckAlike(const at::Tensor& x, const at::Tensor& y, int64_t least) {
  TORCH_CHECK(x.dim() == 2 && y.dim() == 2 && x.size(1) == y.size(1),
              "expected samples [n, d] and [m, d], got ", x.sizes(), " and ", y.sizes());
  TORCH_CHECK(x.size(0) >= least && y.size(0) >= least, "expected at least ", least,
              " examples on both sides, got ", x.size(0), " and ", y.size(0));
}

// The quantiles of each column of `sorted` at the middles of `count` even parts of [0, 1].
at::Tensor Quantiles(const at::Tensor& sorted, int64_t count) {
  const at::Tensor level = (at::arange(count, sorted.options()) + 0.5) / count;
  return sorted.index_select(0, (level * sorted.size(0)).floor().to(at::kLong));
}

// |a − b| of all rows, without the cancellation of the form by inner products.
at::Tensor Distances(const at::Tensor& a, const at::Tensor& b) {
  constexpr int64_t kByDifferences = 2;
  return at::cdist(a, b, 2, kByDifferences);
}

at::Tensor Kernel(const at::Tensor& distances, double median) {
  at::Tensor sum = at::zeros_like(distances);
  for (const double factor : {0.5, 1.0, 2.0}) {
    sum += (-(distances / (factor * median)).square() / 2).exp();
  }
  return sum / 3;
}

double MeanOffDiagonal(const at::Tensor& kernel) {
  const auto n = static_cast<double>(kernel.size(0));
  return ((kernel.sum() - kernel.trace()) / (n * (n - 1))).item<double>();
}

at::Tensor Covariance(const at::Tensor& rows) {
  const at::Tensor centred = rows - rows.mean(0);
  return centred.t().mm(centred) / static_cast<double>(rows.size(0) - 1);
}

at::Tensor Root(const at::Tensor& symmetric) {
  const auto [values, vectors] = at::linalg_eigh(symmetric);
  return (vectors * values.clamp_min(0).sqrt()).mm(vectors.t());
}

double ScoreOf(const at::Tensor& probabilities) {
  const at::Tensor p = probabilities.clamp_min(kLeastProbability);
  const at::Tensor marginal = p.mean(0, /*keepdim=*/true);
  return (p * (p.log() - marginal.log())).sum(1).mean().exp().item<double>();
}

}  // namespace

double SlicedWasserstein(const at::Tensor& x, const at::Tensor& y, int64_t directions,
                         const at::Generator& generator) {
  CheckAlike(x, y, 1);
  at::Tensor units = at::empty({x.size(1), directions}, at::kDouble).normal_(0, 1, generator);
  units = (units / units.norm(2, {0}, /*keepdim=*/true)).to(x.device());
  const int64_t count = std::max(x.size(0), y.size(0));
  const auto quantiles = [&](const at::Tensor& sample) {
    return Quantiles(std::get<0>(Rows(sample).mm(units).sort(0)), count);
  };
  return (quantiles(x) - quantiles(y)).square().mean().sqrt().item<double>();
}

double MaximumMeanDiscrepancy(const at::Tensor& x_sample, const at::Tensor& y_sample) {
  CheckAlike(x_sample, y_sample, 2);
  const at::Tensor x = Rows(x_sample), y = Rows(y_sample);
  const auto median = at::pdist(at::cat({x, y})).median().item<double>();
  const auto kernel = [&](const at::Tensor& a, const at::Tensor& b) {
    return Kernel(Distances(a, b), median);
  };
  return MeanOffDiagonal(kernel(x, x)) + MeanOffDiagonal(kernel(y, y)) -
         2 * kernel(x, y).mean().item<double>();
}

Coverage ModeCoverage(const at::Tensor& samples, const at::Tensor& centres, double deviation) {
  CheckAlike(samples, centres, 1);
  const at::Tensor rows = Rows(samples);
  if (!rows.isfinite().all().item<bool>()) return {0, 0, kNan, kNan};
  const auto [distance, nearest] = Distances(rows, Rows(centres)).min(1);
  const at::Tensor is_good = distance <= 3 * deviation;
  const int64_t n = samples.size(0), modes = centres.size(0);
  const at::Tensor good = at::bincount(nearest.masked_select(is_good), {}, modes);
  const at::Tensor share = at::bincount(nearest, {}, modes).to(at::kDouble) / n;
  return {.modes_1 = (good >= 1).sum().item<int64_t>(),
          .modes_20 = (good * 2500 >= 20 * n).sum().item<int64_t>(),
          .high_quality = is_good.to(at::kDouble).mean().item<double>(),
          .divergence = at::xlogy(share, share * modes).sum().item<double>()};
}

ClassifierScore ScoreByClassifier(const at::Tensor& probabilities, int64_t parts) {
  TORCH_CHECK(parts >= 1 && parts <= probabilities.size(0), "expected 1 to ", probabilities.size(0),
              " parts, got ", parts);
  std::vector<double> scores;
  for (const at::Tensor& part : Rows(probabilities).tensor_split(parts)) {
    scores.push_back(ScoreOf(part));
  }
  const at::Tensor all = at::tensor(scores, at::kDouble);
  return {all.mean().item<double>(), all.std(/*unbiased=*/false).item<double>()};
}

double FrechetDistance(const at::Tensor& x_sample, const at::Tensor& y_sample) {
  CheckAlike(x_sample, y_sample, 2);
  const at::Tensor x = Rows(x_sample), y = Rows(y_sample);
  const at::Tensor s1 = Covariance(x), s2 = Covariance(y);
  const at::Tensor moved = (x.mean(0) - y.mean(0)).square().sum();
  if (!(moved + s1.sum() + s2.sum()).isfinite().item<bool>()) return kNan;
  const at::Tensor root = Root(s1);
  const at::Tensor product = root.mm(s2).mm(root);
  const at::Tensor overlap =
      at::linalg_eigvalsh((product + product.t()) / 2).clamp_min(0).sqrt().sum();
  return (moved + s1.trace() + s2.trace() - 2 * overlap).item<double>();
}

}  // namespace geometer::geometry
