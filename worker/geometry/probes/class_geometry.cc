#include "worker/geometry/probes/class_geometry.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_svd.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace geometer::geometry {
namespace {

double Deviation(const at::Tensor& values) { return values.std(/*unbiased=*/true).item<double>(); }

// The Gram matrix of an ideal simplex with K corners, of Frobenius norm 1.
at::Tensor IdealGram(int64_t classes, const at::TensorOptions& options) {
  const auto k = static_cast<double>(classes);
  return (at::eye(classes, options) - 1 / k) / std::sqrt(k - 1);
}

}  // namespace

at::Tensor SumByClass(const at::Tensor& values, const at::Tensor& labels, int64_t classes) {
  std::vector<int64_t> shape = values.sizes().vec();
  shape[0] = classes;
  return at::zeros(shape, values.options()).index_add_(0, labels, values);
}

at::Tensor MeanByClass(const at::Tensor& values, const at::Tensor& labels, int64_t classes) {
  const at::Tensor counts = SumByClass(at::ones_like(values), labels, classes);
  return SumByClass(values, labels, classes) / counts;
}

at::Tensor OffDiagonal(const at::Tensor& matrix) {
  const at::Tensor diagonal = at::eye(matrix.size(0), matrix.options().dtype(at::kBool));
  return matrix.masked_select(diagonal.logical_not());
}

at::Tensor SquaredDistances(const at::Tensor& means) {
  constexpr int64_t kByDifferences = 2;  // not by inner products, which would cancel
  return at::cdist(means, means, 2, kByDifferences).square();
}

at::Tensor Cdnv(const at::Tensor& means, const at::Tensor& variances) {
  const at::Tensor sums = variances.unsqueeze(0) + variances.unsqueeze(1);
  return OffDiagonal(sums / (2 * SquaredDistances(means)));
}

at::Tensor Whitening(const at::Tensor& centred) {
  const int64_t classes = centred.size(0), width = centred.size(1);
  const double norm = centred.norm().item<double>();
  if (!std::isfinite(norm) || norm == 0) {
    return at::full({width, 1}, std::numeric_limits<double>::quiet_NaN(), centred.options());
  }
  const auto [u, s, vt] = at::linalg_svd(centred, /*full_matrices=*/false);
  const int64_t rank = std::min(classes - 1, width);
  const at::Tensor top = s.slice(0, 0, rank);
  const double rounding = std::numeric_limits<double>::epsilon() * static_cast<double>(width);
  const at::Tensor kept = top.gt(rounding * s.select(0, 0)).nonzero().flatten();
  const at::Tensor scale = std::sqrt(static_cast<double>(classes)) / top.index_select(0, kept);
  return vt.index_select(0, kept).t() * scale;
}

SimplexDefects DefectsOf(const at::Tensor& rows) {
  const at::Tensor norms = rows.norm(2, 1);
  const at::Tensor gram = rows.matmul(rows.t());
  const at::Tensor cosines = OffDiagonal(gram / (norms.unsqueeze(0) * norms.unsqueeze(1)));
  const double ideal = -1 / static_cast<double>(rows.size(0) - 1);
  return {
      .equinorm = Deviation(norms) / norms.mean().item<double>(),
      .equiangular = Deviation(cosines),
      .maximal_angle = (cosines - ideal).abs().mean().item<double>(),
      .gram = (gram / gram.norm() - IdealGram(rows.size(0), rows.options())).norm().item<double>()};
}

double SelfDualityDefect(const at::Tensor& centred, const at::Tensor& weights) {
  return (weights / weights.norm() - centred / centred.norm()).square().sum().item<double>();
}

double NearestMeanErrorBound(const at::Tensor& means, const at::Tensor& variances, double shots) {
  const at::Tensor own = variances.sqrt().unsqueeze(1), other = variances.sqrt().unsqueeze(0);
  const at::Tensor reach = 2 * own + (own + other) / std::sqrt(shots);
  const at::Tensor pairs = OffDiagonal(reach.square() / SquaredDistances(means));
  return pairs.sum().item<double>() / static_cast<double>(means.size(0));
}

}  // namespace geometer::geometry
