#include "worker/geometry/mahalanobis.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_unique.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <limits>
#include <optional>

namespace geometer::geometry {
namespace {

// A, [p, r], with A·Aᵀ the pseudo-inverse of `covariance`, without what is of rounding size.
at::Tensor Whitening(const at::Tensor& covariance) {
  const auto [values, vectors] = at::linalg_eigh(covariance);
  const double floor = static_cast<double>(values.size(0)) *
                       std::numeric_limits<double>::epsilon() * values.max().item<double>();
  const at::Tensor kept = (values > floor).nonzero().flatten();
  return vectors.index_select(1, kept) / values.index_select(0, kept).sqrt();
}

}  // namespace

ClassGaussians::ClassGaussians(const at::Tensor& features, const at::Tensor& labels) {
  const at::Tensor rows = features.detach().to(at::kDouble);
  // The place of each example's class among those that have examples.
  const at::Tensor classes = labels.defined()
                                 ? std::get<1>(at::_unique(labels.to(rows.device()), true, true))
                                 : at::zeros({rows.size(0)}, rows.options().dtype(at::kLong));
  const int64_t count = classes.max().item<int64_t>() + 1;
  const at::Tensor sums = at::zeros({count, rows.size(1)}, rows.options());
  means_ = sums.index_add(0, classes, rows) / classes.bincount({}, count).unsqueeze(1);
  const at::Tensor centred = rows - means_.index_select(0, classes);
  const at::Tensor covariance = centred.t().mm(centred) / rows.size(0);
  if (covariance.isfinite().all().item<bool>()) {
    whitening_ = Whitening(covariance);
  } else {
    whitening_ = at::full_like(covariance, std::nan(""));
  }
}

at::Tensor ClassGaussians::SquaredDistance(const at::Tensor& features) const {
  const at::Tensor white = features.detach().to(at::kDouble).mm(whitening_);
  // By differences: by products, near points would lose their digits.
  const auto mode = std::optional<int64_t>(2);
  return at::cdist(white, means_.mm(whitening_), /*p=*/2, mode).square().amin(1);
}

}  // namespace geometer::geometry
