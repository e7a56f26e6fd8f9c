#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/mv.h>
#include <ATen/ops/tensor.h>

#include "worker/geometry/landscape.h"

namespace geometer::geometry {

// The losses of GD 1.3, L_k(x) = Σ_i c_i·sin(a_i·x + b_i), k = 1, 2, 3, and L_4 of GD's binding
// conventions, at x of shape [3].
inline at::Tensor GoldenLoss(int k, const at::Tensor& x) {
  static const at::Tensor a = at::tensor({1., .5, -.3, -.7, .8, .2,  .4,  -.6, .9, .3,  -.9, .5,
                                          .6, .2, -.8, -.5, .7, .1,  -.4, .3,  .8, .9,  -.2, .6,
                                          .1, 1., -.5, .5,  .2, -.7, -.3, .9,  .4, -.1, .8,  .6},
                                         at::kDouble)
                                  .view({4, 3, 3});
  static const at::Tensor b =
      at::tensor({.1, -.4, .7, -.2, .5, .3, .6, -.1, .2, .3, -.5, .1}, at::kDouble).view({4, 3});
  static const at::Tensor c =
      at::tensor({1., -.8, .6, .7, .9, -1.1, -.9, .5, .8, .6, -.7, 1.}, at::kDouble).view({4, 3});
  return (c[k - 1] * (a[k - 1].mv(x) + b[k - 1]).sin()).sum();
}

// The point at which GD 1.3 gives its numbers.
inline at::Tensor GoldenStart() { return at::tensor({.2, -.1, .4}, at::kDouble); }

// A loss of one vector as a landscape; `loss` maps shape [m] to [].
template <typename Loss>
Landscape LandscapeOf(Loss loss, const at::Tensor& like) {
  return {[loss](const Tensors& params) {
            return ChunkedLoss{1, [=](int64_t) { return loss(params[0]); }};
          },
          {like}};
}

inline Landscape GoldenLandscape(int k) {
  return LandscapeOf([k](const at::Tensor& x) { return GoldenLoss(k, x); }, GoldenStart());
}

}  // namespace geometer::geometry
