#pragma once

#include <ATen/core/Tensor.h>

namespace geometer::geometry {

// How a Morse kernel falls with the distance r of an output z from its target a; λ > 0 the
// bandwidth:
//   gaussian   log K = −(λ/2)r²             laplace   −λr
//   cauchy     −log(1 + λr²)                student   −((ν + 1)/2)·log(1 + λr²/ν)
//   rational   −β·log(1 + λr²/(2β))
// K is in (0, 1], and 1 exactly where z = a. Source: MG I.1.2.
enum class MorseKernelKind { kGaussian, kLaplace, kCauchy, kStudent, kRational };

struct MorseKernel {
  MorseKernelKind kind = MorseKernelKind::kGaussian;
  double bandwidth = 1;  // λ
  double shape = 1;      // ν of student, β of rational

  // log K from r², in its shape and dtype; differentiable. Laplace's slope at r = 0 is 0.
  at::Tensor Log(const at::Tensor& squared_distance) const;

  // −2κ'(0), K = κ(r²): the Hessian of −log K∘φ at a mode is this times JᵀJ (MG I.1.3). Infinite
  // for laplace, which has a kink there.
  double ModeCurvature() const;
};

// r² between each output and each target: `output` [N, k] and `targets` [C, k] give [N, C].
at::Tensor SquaredDistances(const at::Tensor& output, const at::Tensor& targets);

}  // namespace geometer::geometry
