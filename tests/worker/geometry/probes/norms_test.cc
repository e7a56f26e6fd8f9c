#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/probes/gradient_norm.h"
#include "worker/geometry/probes/parameter_norm.h"

namespace geometer::geometry {
namespace {

// f(x) = w·x and y = 0 on x = (1, 0) and (0, 1): L = (w₁² + w₂²)/2, so ∇L = w.
SmallProblem LinearRegression() {
  const at::Tensor weight = at::tensor({3.0, -4.0}, at::kDouble).view({1, 2});
  const at::Tensor inputs = at::tensor({1.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2});
  SmallProblem problem = MakeBiasFree({weight}, Activation::kRelu, inputs);
  problem.objective = MakeMeanSquaredError();
  problem.examples.targets = at::zeros({2, 1}, at::kDouble);
  return problem;
}

TEST(GradientNormProbeTest, EqualsTheClosedFormOfALinearModel) {
  const SmallProblem problem = LinearRegression();
  for (const int64_t chunk_size : {1, 2}) {
    const Reading reading = MakeGradientNormProbe()->Measure(problem.AsSubject(chunk_size), {});
    EXPECT_NEAR(Find(reading, "gradient_norm").value, 5, 1e-14);
  }
}

TEST(ParameterNormProbeTest, IsTheEuclideanNormOfAllParameters) {
  const Reading reading = MakeParameterNormProbe()->Measure(LinearRegression().AsSubject(), {});
  EXPECT_DOUBLE_EQ(Find(reading, "parameter_norm").value, 5);
}

TEST(ParameterNormProbeTest, TellsTheFirstParametersInTheirOrder) {
  const SmallProblem problem = LinearRegression();
  std::vector<double> expected, told;
  for (const at::Tensor& parameter : problem.network.params) {
    for (const at::Tensor& value : parameter.flatten().unbind(0)) {
      expected.push_back(value.item<double>());
    }
  }
  const auto count = static_cast<int64_t>(expected.size());
  for (const int64_t asked : {count - 1, count + 5}) {
    told.clear();
    const Reading reading = MakeParameterNormProbe(asked)->Measure(problem.AsSubject(), {});
    for (const Measurement& one : reading.measurements) {
      if (one.quantity != "coordinate") continue;
      EXPECT_EQ(one.index, static_cast<int64_t>(told.size()));
      told.push_back(one.value);
    }
    EXPECT_EQ(told,
              std::vector<double>(expected.begin(), expected.begin() + std::min(asked, count)));
  }
}

}  // namespace
}  // namespace geometer::geometry
