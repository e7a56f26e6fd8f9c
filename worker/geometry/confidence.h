#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace geometer::geometry {

// Probabilities of classes that know how far an example is from the data, and how well confidence
// predicts accuracy. Differentiable, in the dtype of the arguments, where it says nothing else.

// Returns log p(y|x), [N, C], with a background class of density `background` > 0 that is spread
// over all classes: p = (μ(x|y) + ε/C)/(Σ_y μ(x|y) + ε), from log μ(x|y), [N, C]. Where no class
// has a density it is uniform, unlike the posterior of a gaussian kernel, which grows more
// confident with the distance. Source: MG I.1.8, fix 1.
at::Tensor LogWithBackground(const at::Tensor& log_densities, double background);

// Returns the log-softmax, [N, C], of `logits`, [N, C], at the temperature 1/μ(x) of each example,
// from log μ(x), [N]: of μ·logits. It never changes which class is the most probable. Source: MG
// I.1.7.
at::Tensor LogTemperedByDensity(const at::Tensor& logits, const at::Tensor& log_density);

// The expected calibration error of `confidence`, [N] in [0, 1], the largest probability of each
// example, and `correct`, [N], 1 where it was its class's, else 0: the mean over examples of
// |accuracy − mean confidence| of the bin. In [0, 1]; biased upwards for few examples. Float64; not
// differentiable. Source: MG M4.
//
// Bins of equal width, (0, 1/bins] first; empty ones count nothing.
double CalibrationErrorByWidth(const at::Tensor& confidence, const at::Tensor& correct,
                               int64_t bins);
// Bins of equally many examples, or one more, in the order of confidence; at most N.
double CalibrationErrorByMass(const at::Tensor& confidence, const at::Tensor& correct,
                              int64_t bins);

}  // namespace geometer::geometry
