#include "worker/geometry/optimizers/clip.h"

#include <ATen/ops/_foreach_mul.h>

#include <cmath>

namespace geometer::geometry {

void ClipNorm(Tensors& gradients, double limit) {
  const double norm = std::sqrt(SquaredNorm(gradients).item<double>());
  if (norm > limit) at::_foreach_mul_(gradients, limit / norm);
}

}  // namespace geometer::geometry
