#include "worker/geometry/probes/modified_loss.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/worker/geometry/golden_problem.h"
#include "worker/geometry/probes/stepped_loss.h"

namespace geometer::geometry {
namespace {

Reading Measure(const Subject& subject, const ModifiedLossOptions& options = {}) {
  return MakeModifiedLossProbe(options)->Measure(subject, {});
}

double Value(const Reading& reading, const std::string& quantity) {
  return Find(reading, quantity).value;
}

bool Has(const Reading& reading, const std::string& quantity) {
  return std::ranges::any_of(reading.measurements,
                             [&](const Measurement& m) { return m.quantity == quantity; });
}

// The subject of the golden losses at ε = 0.05.
Subject Golden(const SmallProblem& problem) {
  Subject subject = problem.AsSubject();
  subject.learning_rate = 0.05;
  return subject;
}

// GD T4: C̃ of random shuffling, and ‖∇C‖² in that of descent.
TEST(ModifiedLossTest, OfTheGoldenLosses) {
  const SmallProblem problem = GoldenProblem();
  const Reading reading = Measure(Golden(problem), {.batch_size = 1});
  EXPECT_NEAR(Value(reading, "modified_loss_shuffled"), 0.2686408359838, 1e-12);
  EXPECT_NEAR(Value(reading, "implicit_penalty_shuffled"), 0.05 / 4 * 2.3353758400392, 1e-12);
  EXPECT_NEAR(Value(reading, "implicit_penalty"), 0.05 / 4 * 1.6984032103247, 1e-12);
  EXPECT_NEAR(Value(reading, "modified_loss") - Value(reading, "stepped_loss"),
              Value(reading, "implicit_penalty"), 1e-15);
}

// GD T4: the terms of the field on L₁ alone, from H₁g₁ and D³L₁[g₁, g₁] there.
TEST(ModifiedLossTest, OfTheFirstGoldenLossHasItsTerms) {
  SmallProblem problem = GoldenProblem();
  problem.examples = problem.examples.Slice(0, 1);
  const Reading reading = Measure(Golden(problem), {.third_order = true});
  const double bent = std::hypot(-0.6856991747955, 0.4973757849227, -0.0953772065619);
  EXPECT_NEAR(Value(reading, "flow_term_hessian"), 0.025 * bent, 1e-13);
  const double third = std::hypot(-3.1653621848382, -0.2311579722524, 0.8786270142235);
  EXPECT_NEAR(Value(reading, "flow_term_third_derivative"), 0.0025 / 12 * third, 1e-14);
  const Landscape::Slope at = GoldenLandscape(1).At(GoldenStart());
  const double twice = at.hessian(at.hessian(at.gradient)).norm().item<double>();
  EXPECT_NEAR(Value(reading, "flow_term_hessian_squared"), 0.0025 / 3 * twice, 1e-14);
}

TEST(ModifiedLossTest, OneBatchHasThePenaltyOfDescent) {
  const SmallProblem problem = MakeSmallProblem();
  const Reading reading = Measure(problem.AsSubject(), {.batch_size = 12});
  EXPECT_NEAR(Value(reading, "implicit_penalty_shuffled"), Value(reading, "implicit_penalty"),
              1e-15);
}

TEST(ModifiedLossTest, KnowsTheOptimizersMomentum) {
  const SmallProblem problem = MakeSmallProblem();
  Subject subject = problem.AsSubject();
  const double plain = Value(Measure(subject), "implicit_penalty");
  subject.descent = {.momentum = 0.5};
  const Reading heavy = Measure(subject);
  EXPECT_NEAR(Value(heavy, "implicit_penalty") / plain, (1 + 0.5) / (0.5 * 0.5), 1e-12);
  EXPECT_FALSE(Has(heavy, "implicit_penalty_shuffled"));
}

TEST(ModifiedLossTest, StepsWithCoupledDecay) {
  const SmallProblem problem = MakeSmallProblem();
  Subject subject = problem.AsSubject();
  subject.descent.weight_decay = 0.3;
  const Reading reading = Measure(subject, {.batch_size = 3});
  const Landscape landscape = SteppedLoss(subject);
  const at::Tensor gradient = landscape.Gradient(Theta(subject));
  EXPECT_NEAR(Value(reading, "stepped_loss"), landscape.Value(Theta(subject)), 1e-14);
  EXPECT_NEAR(Value(reading, "implicit_penalty"), 0.1 / 4 * gradient.square().sum().item<double>(),
              1e-13);
  EXPECT_GT(Value(reading, "implicit_penalty_shuffled"), Value(reading, "implicit_penalty"));
}

TEST(ModifiedLossTest, ARemainderIsLeftOut) {
  SmallProblem problem = MakeSmallProblem();
  const Reading rest = Measure(problem.AsSubject(), {.batch_size = 5});
  problem.examples = problem.examples.Slice(0, 10);
  const Reading even = Measure(problem.AsSubject(), {.batch_size = 5});
  ASSERT_EQ(rest.measurements.size(), even.measurements.size());
  for (size_t i = 0; i < even.measurements.size(); ++i) {
    EXPECT_EQ(rest.measurements[i].value, even.measurements[i].value);
  }
}

}  // namespace
}  // namespace geometer::geometry
