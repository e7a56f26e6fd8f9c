#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "worker/geometry/noise/noise.h"

namespace geometer::geometry {

// Laws of reference examples; s is the strength.
enum class ReferenceLaw {
  kBox,       // uniform on the smallest box around the training inputs, its sides times s
  kGaussian,  // normal with the mean and covariance of the training inputs, the latter times s²
  kAround,    // a training batch's own inputs plus N(0, s²) in each value
};

// Adds to each batch as many reference examples, with labels kReferenceLabel, each after one of the
// data, so that every even part of the batch holds as many of both. Targets must be labels.
//
// `inputs`: the training inputs, [M, …]. Cost: kBox and kAround that of the draws; kGaussian a
// product with a d×d matrix for inputs of d values, whose Cholesky factor is held. Source: MG
// I.1.12.
std::unique_ptr<Noise> MakeReferenceNoise(ReferenceLaw law, const at::Tensor& inputs);

}  // namespace geometer::geometry
