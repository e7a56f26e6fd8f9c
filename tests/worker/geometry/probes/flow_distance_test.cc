#include "worker/geometry/probes/flow_distance.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/golden_problem.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/objectives/mean_squared_error.h"
#include "worker/geometry/probes/hessian_top.h"

namespace geometer::geometry {
namespace {

Reading Measure(const Subject& subject, const FlowDistanceOptions& options) {
  return MakeFlowDistanceProbe(options)->Measure(subject, {});
}

// The first golden loss as a subject at h = 0.1.
Subject Golden(SmallProblem& problem) {
  problem.examples = problem.examples.Slice(0, 1);
  return problem.AsSubject();
}

// GD T4: the distances of the golden end points.
TEST(FlowDistanceTest, AreThoseOfTheGoldenPoints) {
  SmallProblem problem = GoldenProblem();
  const Reading reading = Measure(Golden(problem), {.steps = 1, .substeps = 64});
  const auto expect = [&](const std::string& quantity, double x, double y, double z) {
    const double distance =
        std::hypot(x - 0.0441155383647, y + 0.0816398599173, z - 0.4239028769715);
    EXPECT_NEAR(Find(reading, quantity, 1).value, distance, 1e-11) << quantity;
    EXPECT_TRUE(Find(reading, quantity, 1).converged.value());
  };
  expect("gradient_flow_distance", 0.0411607136407, -0.0790431456671, 0.4232333129625);
  expect("modified_flow_distance", 0.0439699609082, -0.0818047857089, 0.4240656909723);
  expect("third_order_flow_distance", 0.0441231562301, -0.0816397050731, 0.4238939289100);
  expect("principal_flow_distance", 0.0438500807154, -0.0816598059382, 0.4239770140237);
}

// A tanh network of 19 parameters on ten points, as in GD 5.4.
SmallProblem Regression() {
  SmallProblem problem = MakeSmallProblem(
      at::kDouble, {.inputs = 1, .hidden = {6}, .outputs = 1, .activation = Activation::kTanh});
  problem.objective = MakeMeanSquaredError();
  problem.examples = {Noise({10, 1}, "x"), Noise({10, 1}, "y")};
  return problem;
}

double Sharpness(const Subject& subject) {
  return Find(MakeHessianTopProbe({.tolerance = 1e-6})->Measure(subject, {}), "eigenvalue").value;
}

// GD 5.4: after ten steps at hλ₀ = 0.3 the principal flow is far nearer than gradient flow.
TEST(FlowDistanceTest, ThePrincipalFlowStaysNearerThanGradientFlow) {
  const SmallProblem problem = Regression();
  Subject subject = problem.AsSubject();
  subject.learning_rate = 0.3 / Sharpness(subject);
  const Reading reading = Measure(subject, {.steps = 10});
  const double gradient = Find(reading, "gradient_flow_distance", 10).value;
  EXPECT_LT(Find(reading, "principal_flow_distance", 10).value, gradient / 50);
  EXPECT_LT(Find(reading, "modified_flow_distance", 10).value, gradient / 5);
  EXPECT_LT(gradient, Find(reading, "descent_length", 10).value);
}

// GD 5.6: beyond hλ = 1 the principal flow is refused; the others still have a distance.
TEST(FlowDistanceTest, IsNanWhereThePrincipalFlowIsRefused) {
  const SmallProblem problem = Regression();
  Subject subject = problem.AsSubject();
  subject.learning_rate = 1.3 / Sharpness(subject);
  const Reading reading = Measure(subject, {.steps = 1});
  EXPECT_TRUE(std::isnan(Find(reading, "principal_flow_distance", 1).value));
  EXPECT_FALSE(Find(reading, "principal_flow_distance", 1).converged.value());
  EXPECT_TRUE(Find(reading, "gradient_flow_distance", 1).converged.value());
}

// Where nothing moves, an error of nothing is none.
TEST(FlowDistanceTest, IsZeroAndConvergedAtAMinimum) {
  SmallProblem problem = Regression();
  for (const at::Tensor& parameter : problem.network.params) parameter.detach().zero_();
  problem.examples.targets = at::zeros_like(problem.examples.targets);
  const Reading reading = Measure(problem.AsSubject(), {.steps = 1});
  for (const char* quantity : {"gradient_flow_distance", "principal_flow_distance"}) {
    EXPECT_EQ(Find(reading, quantity, 1).value, 0) << quantity;
    EXPECT_EQ(*Find(reading, quantity, 1).residual, 0) << quantity;
    EXPECT_TRUE(*Find(reading, quantity, 1).converged) << quantity;
  }
}

// A sample in float32 is converted, not the network rounded.
TEST(FlowDistanceTest, OfASampleInFloatIsThatOfTheSampleInDouble) {
  SmallProblem problem = Regression();
  problem.examples.inputs = problem.examples.inputs.to(at::kFloat);
  problem.examples.targets = problem.examples.targets.to(at::kFloat);
  SmallProblem converted = Regression();
  converted.examples.inputs = problem.examples.inputs.to(at::kDouble);
  converted.examples.targets = problem.examples.targets.to(at::kDouble);
  const Reading got = Measure(problem.AsSubject(), {.steps = 2});
  const Reading want = Measure(converted.AsSubject(), {.steps = 2});
  for (size_t i = 0; i < want.measurements.size(); ++i) {
    EXPECT_EQ(got.measurements[i].value, want.measurements[i].value) << i;
  }
}

// The residual bounds the true error, and one that is too large counts as not converged.
TEST(FlowDistanceTest, TellsTheIntegratorsError) {
  SmallProblem problem = GoldenProblem();
  Subject subject = Golden(problem);
  subject.learning_rate = 1;
  const FlowDistanceOptions rough{{Flow::kGradient}, 1, 2, 1e-4}, fine{{Flow::kGradient}, 1, 128};
  const Measurement estimate = Find(Measure(subject, rough), "gradient_flow_distance", 1);
  const double exact = Find(Measure(subject, fine), "gradient_flow_distance", 1).value;
  EXPECT_LT(std::abs(estimate.value - exact), 3 * *estimate.residual * exact);
  EXPECT_FALSE(estimate.converged.value());
}

}  // namespace
}  // namespace geometer::geometry
