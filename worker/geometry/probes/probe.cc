#include "worker/geometry/probes/probe.h"

#include <cmath>
#include <utility>

namespace geometer::geometry {

Measurement MeanOverExamples(std::string quantity, const at::Tensor& values) {
  const int64_t n = values.numel();
  TORCH_CHECK(n >= 1, "expected a sample of at least 1 example, got none");
  Measurement measurement{std::move(quantity), values.mean().item<double>()};
  measurement.samples = n;
  if (n > 1) {
    const double deviation = values.std(/*unbiased=*/true).item<double>();
    measurement.standard_error = deviation / std::sqrt(static_cast<double>(n));
  }
  return measurement;
}

}  // namespace geometer::geometry
