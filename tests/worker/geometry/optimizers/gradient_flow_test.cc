#include "worker/geometry/optimizers/gradient_flow.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

namespace geometer::geometry {
namespace {

// θ after one update of time 1 on L = θ²/2 from θ = 1: e⁻¹ on the flow.
double ThetaAfterUnitTime(const GradientFlowOptions& options) {
  const Tensors params = {at::tensor({1.0}, at::kDouble)};
  NamedTensors no_state;
  const auto gradient_at = [](const Tensors& there) { return Tensors{there[0].clone()}; };
  MakeGradientFlow(options)->Step({params, params, 1.0, 0, gradient_at}, no_state);
  return params[0].item<double>();
}

TEST(GradientFlowTest, RungeKuttaApproachesTheFlowAtOrderFour) {
  const auto error = [](int64_t steps) {
    return std::abs(ThetaAfterUnitTime({.steps = steps}) - std::exp(-1));
  };
  EXPECT_NEAR(std::log2(error(8) / error(16)), 4, 0.1);
}

TEST(GradientFlowTest, TheAdaptiveMethodKeepsItsTolerance) {
  for (const double tolerance : {1e-4, 1e-7, 1e-10}) {
    const double theta = ThetaAfterUnitTime({.steps = 1000, .tolerance = tolerance});
    EXPECT_NEAR(theta, std::exp(-1), 20 * tolerance);
  }
}

TEST(GradientFlowTest, TooFewAdaptiveStepsGiveNan) {
  EXPECT_TRUE(std::isnan(ThetaAfterUnitTime({.steps = 1, .tolerance = 1e-12})));
}

}  // namespace
}  // namespace geometer::geometry
