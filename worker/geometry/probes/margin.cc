#include "worker/geometry/probes/margin.h"

#include <ATen/TensorOperators.h>

#include <cmath>
#include <limits>

namespace geometer::geometry {
namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

at::Tensor Margins(const at::Tensor& output, const at::Tensor& labels) {
  TORCH_CHECK(output.dim() == 2 && output.size(1) >= 2, "expected outputs [N, K ≥ 2], got ",
              output.sizes());
  const at::Tensor values = output.detach().to(at::kDouble), index = labels.unsqueeze(1);
  const at::Tensor others = values.scatter(1, index, -std::numeric_limits<double>::infinity());
  return values.gather(1, index).squeeze(1) - others.amax(1);
}

at::Tensor RampLoss(const at::Tensor& margins, double gamma) {
  return (1 - margins / gamma).clamp(0, 1);
}

double MarginBound(const MarginBoundTerms& t) {
  const auto m = static_cast<double>(t.examples);
  const double factor = t.outputs == 1 ? 12 : 36 * std::sqrt(static_cast<double>(t.outputs));
  const double range = t.mean_output + std::sqrt(t.complexity * t.poincare_constant / t.delta);
  return t.ramp_risk + factor * range * std::sqrt(kPi) / (t.gamma * m) +
         3 * std::sqrt(std::log(2 / t.delta) / (2 * m));
}

}  // namespace geometer::geometry
