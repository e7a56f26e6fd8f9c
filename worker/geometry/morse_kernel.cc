#include "worker/geometry/morse_kernel.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <limits>

namespace geometer::geometry {

at::Tensor MorseKernel::Log(const at::Tensor& squared_distance) const {
  const at::Tensor& s = squared_distance;
  switch (kind) {
    case MorseKernelKind::kGaussian:
      return s * (-bandwidth / 2);
    case MorseKernelKind::kLaplace: {
      // The root of a number that isn't 0, even where its value is not used: its slope would be
      // NaN.
      const at::Tensor off = s > 0;
      return at::where(off, at::where(off, s, 1).sqrt() * -bandwidth, at::zeros_like(s));
    }
    case MorseKernelKind::kCauchy:
      return -(s * bandwidth).log1p();
    case MorseKernelKind::kStudent:
      return (s * (bandwidth / shape)).log1p() * (-(shape + 1) / 2);
    case MorseKernelKind::kRational:
      return (s * (bandwidth / (2 * shape))).log1p() * -shape;
  }
  TORCH_CHECK(false, "expected a kernel, got ", static_cast<int>(kind));
}

double MorseKernel::ModeCurvature() const {
  switch (kind) {
    case MorseKernelKind::kGaussian:
    case MorseKernelKind::kRational:
      return bandwidth;
    case MorseKernelKind::kCauchy:
      return 2 * bandwidth;
    case MorseKernelKind::kStudent:
      return bandwidth * (shape + 1) / shape;
    case MorseKernelKind::kLaplace:
      return std::numeric_limits<double>::infinity();
  }
  TORCH_CHECK(false, "expected a kernel, got ", static_cast<int>(kind));
}

at::Tensor SquaredDistances(const at::Tensor& output, const at::Tensor& targets) {
  return (output.unsqueeze(1) - targets.to(output).unsqueeze(0)).square().sum(2);
}

}  // namespace geometer::geometry
