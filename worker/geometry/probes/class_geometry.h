#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::geometry {

// The geometry of class means μ_c and of a last layer's weights: closed forms on tensors of shape
// [K, p] (a row per class) and [K], float64. NaN in, NaN out; a class without examples has a mean
// of NaN.

// Returns the sum of `values` ([N] or [N, p]) over the examples of each class, [K] or [K, p].
// `labels` are int64, shape [N], each below `classes`.
at::Tensor SumByClass(const at::Tensor& values, const at::Tensor& labels, int64_t classes);

// Returns the mean of `values` over the examples of each class; NaN for a class without examples.
at::Tensor MeanByClass(const at::Tensor& values, const at::Tensor& labels, int64_t classes);

// Returns the entries of a matrix [K, K] beside its diagonal, shape [K(K − 1)]: ordered pairs i ≠
// j.
at::Tensor OffDiagonal(const at::Tensor& matrix);

// Returns |μ_i − μ_j|² for all pairs, [K, K].
at::Tensor SquaredDistances(const at::Tensor& means);

// Returns the class-distance normalised variances V(i, j) = (Var_i + Var_j)/(2|μ_i − μ_j|²) of all
// ordered pairs i ≠ j, [K(K − 1)]; `variances`: Var_c = E|h − μ_c|². Source: GC 6.1.
at::Tensor Cdnv(const at::Tensor& means, const at::Tensor& variances);

// Returns A, shape [p, r], with A·Aᵀ = Σ_B⁺, the pseudo-inverse of Σ_B = (1/K) Σ_c μ̇_c μ̇_cᵀ on its
// top K − 1 singular vectors, those of rounding size left out. `centred`: the μ̇_c = μ_c − μ_G.
// All NaN where the means coincide or are not finite. Source: GC 7, NC1.
at::Tensor Whitening(const at::Tensor& centred);

// How far the rows of a matrix are from a simplex of equal lengths and angles; 0 for one.
struct SimplexDefects {
  double equinorm;       // deviation of the rows' norms, divided by their mean
  double equiangular;    // deviation of the cosines over ordered pairs
  double maximal_angle;  // mean of |cosine + 1/(K − 1)|
  double gram;  // ‖G/‖G‖_F − (I − 11ᵀ/K)/√(K − 1)‖_F, G the rows' inner products
};

// Deviations are the unbiased ones. Source: GC 7, NC2.
SimplexDefects DefectsOf(const at::Tensor& rows);

// Returns ‖W/‖W‖_F − M/‖M‖_F‖_F², M the centred means, W the weights of the last layer, both
// [K, p]. Source: GC 7, NC3.
double SelfDualityDefect(const at::Tensor& centred, const at::Tensor& weights);

// Returns the bound T13 on the balanced error of the nearest-mean classifier whose means are those
// of `shots` examples per class, drawn independently; infinity: the true means, where the bound is
// 4(K − 1) times the mean of Cdnv (T13b). Above 1 it says nothing. Source: GC 6.4.
double NearestMeanErrorBound(const at::Tensor& means, const at::Tensor& variances, double shots);

}  // namespace geometer::geometry
