#include "worker/geometry/probes/lie_bracket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/worker/geometry/golden_problem.h"
#include "worker/geometry/autograd.h"
#include "worker/geometry/objectives/cross_entropy.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

Reading Measure(const SmallProblem& problem, const LieBracketOptions& options = {},
                int64_t chunk_size = 12) {
  return MakeLieBracketProbe(options)->Measure(problem.AsSubject(chunk_size), {});
}

double Value(const Reading& reading, const std::string& quantity, int64_t index = 0) {
  return Find(reading, quantity, index).value;
}

// GD T4: L₁ and L₂ as the halves of two examples, h = 0.1.
TEST(LieBracketProbeTest, OfTheGoldenLosses) {
  SmallProblem problem = GoldenProblem();
  problem.examples = problem.examples.Slice(0, 2);
  const Reading reading = Measure(problem, {.measured = true});
  const double norm = std::hypot(0.7563277556839, -0.9921561394059, 0.3961072311942);
  EXPECT_NEAR(Value(reading, "bracket_norm"), norm, 1e-12);
  EXPECT_NEAR(Value(reading, "predicted_order_difference"), 0.01 * norm, 1e-14);
  EXPECT_NEAR(Value(reading, "conflict"), 2.3082162290611, 1e-12);
  EXPECT_NEAR(Value(reading, "conflict_term"), 0.05 * 2.3082162290611, 1e-13);
  const double difference =
      std::hypot(-0.0831007261599 + 0.0899442945994, 0.0376649595594 - 0.0469281104433,
                 0.4706439704099 - 0.4668051163680);
  EXPECT_NEAR(Value(reading, "order_difference"), difference, 1e-12);
  const double sum =
      std::hypot(1.5588446163529 + 1.2686834848546, -0.1836014008271 - 1.2088360707241,
                 -0.2390287697152 - 0.4543043626662);
  EXPECT_NEAR(Value(reading, "relative_bracket"), 0.05 * norm / sum, 1e-12);
}

// GD 4.2: L_i(θ₁₂) − L_i(θ_sim) = h²·g_iᵀH₂g₁ + O(h³): halving h leaves half the relative error.
TEST(LieBracketProbeTest, PredictsWhatIsMeasured) {
  SmallProblem problem = GoldenProblem();
  problem.examples = problem.examples.Slice(0, 2);
  Subject subject = problem.AsSubject();
  const auto probe = MakeLieBracketProbe({.measured = true});
  for (int64_t index = 0; index < 2; ++index) {
    const auto error = [&](double h) {
      subject.learning_rate = h;
      const Reading reading = probe->Measure(subject, {});
      return std::abs(Value(reading, "measured_interference", index) /
                          Value(reading, "predicted_interference", index) -
                      1);
    };
    EXPECT_NEAR(error(0.01) / error(0.005), 2, 0.1) << index;
    EXPECT_LT(error(1e-4), 0.01) << index;
  }
}

// Each class part's gradient is that of its own examples.
TEST(LieBracketProbeTest, PartsAreMeansOverTheirClasses) {
  SmallProblem problem = MakeSmallProblem();
  const Reading reading = Measure(problem, {.parts = {{{0}}, {{1, 2}}}});
  const auto norm_of = [&](const at::Tensor& chosen) {
    const Examples examples = problem.examples.Select(chosen.nonzero().flatten());
    return Gradient(MeanLoss(problem.network, *problem.objective, examples, 12),
                    problem.network.params)
        .norm()
        .item<double>();
  };
  const at::Tensor first = problem.examples.targets.eq(0);
  EXPECT_NEAR(Value(reading, "loss_gradient_norm", 0), norm_of(first), 1e-13);
  EXPECT_NEAR(Value(reading, "loss_gradient_norm", 1), norm_of(first.logical_not()), 1e-13);
  const double flat = std::pow(Value(reading, "loss_gradient_norm", 1), 2) * 0.1 / 4;
  EXPECT_NEAR(Value(reading, "flatness_term", 1), flat, 1e-14);
}

// Two objectives of the same examples, on one forward pass; of the same ones apart, by giving all
// classes by name to one of them.
TEST(LieBracketProbeTest, SharingAForwardPassChangesNothing) {
  const SmallProblem problem = MakeSmallProblem();
  const std::shared_ptr<const Objective> squares = MakeMeanSquaredError();
  for (const bool interference : {true, false}) {
    const Reading shared =
        Measure(problem, {.parts = {{}, {{}, squares}}, .interference = interference});
    const Reading apart =
        Measure(problem, {.parts = {{{0, 1, 2}}, {{}, squares}}, .interference = interference});
    ASSERT_EQ(shared.measurements.size(), apart.measurements.size());
    for (size_t i = 0; i < apart.measurements.size(); ++i) {
      const Measurement& m = apart.measurements[i];
      EXPECT_NEAR(shared.measurements[i].value, m.value, 1e-12 * std::abs(m.value)) << m.quantity;
    }
  }
}

TEST(LieBracketProbeTest, PartsOfDifferentSizesCanBeCut) {
  const SmallProblem problem = MakeSmallProblem();
  const LieBracketOptions options{.parts = {{{0}}, {{1, 2}}}};
  const Reading whole = Measure(problem, options), cut = Measure(problem, options, 3);
  for (size_t i = 0; i < whole.measurements.size(); ++i) {
    const Measurement& m = whole.measurements[i];
    EXPECT_NEAR(cut.measurements[i].value, m.value, 1e-11 * std::abs(m.value)) << m.quantity;
  }
}

TEST(LieBracketProbeTest, APartWithoutExamplesIsRefused) {
  const SmallProblem problem = MakeSmallProblem();
  EXPECT_THROW(Measure(problem, {.parts = {{{0}}, {{7}}}}), std::invalid_argument);
}

}  // namespace
}  // namespace geometer::geometry
