#include "worker/geometry/stability.h"

#include <cmath>
#include <numbers>

namespace geometer::geometry {

double StabilityThreshold(const DescentForm& form) {
  if (form.momentum == 0) return 2;
  const double beta = form.momentum;
  const double share = (1 - form.dampening) / (1 + beta);  // of a gradient in the buffer
  return 2 / (form.nesterov ? 1 + beta * share : share);
}

double ImplicitPenalty(const DescentForm& form, double h) {
  const double beta = form.momentum;
  if (beta == 0) return h / 4;
  const double shape =
      form.nesterov ? 1 - beta + 2 * beta * beta : (1 - form.dampening) * (1 + beta);
  return h * shape / (4 * (1 - beta) * (1 - beta));
}

std::complex<double> PrincipalFlowCoefficient(double z) {
  if (std::abs(z) < 1e-8) return -1 - z / 2;  // log1p(−z)/z would be 0/0 at 0
  if (z == 1) return -100;
  if (z > 1) return {std::log(z - 1) / z, std::numbers::pi / z};
  return std::log1p(-z) / z;
}

}  // namespace geometer::geometry
