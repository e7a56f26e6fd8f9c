#include "worker/geometry/probes/loss.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/objectives/mean_squared_error.h"

namespace geometer::geometry {
namespace {

TEST(LossProbeTest, WeighsExamplesNotChunks) {
  const SmallProblem problem = MakeSmallProblem();
  const Reading reading = MakeLossProbe()->Measure(problem.AsSubject(7), {});
  EXPECT_NEAR(Find(reading, "loss").value, problem.LossAt(problem.network.params), 1e-14);
  EXPECT_EQ(Find(reading, "loss").samples, 12);
}

// Logits are 0, so every loss is log 3 and its deviation 0; labels cycle through 0, 1, 2.
TEST(LossProbeTest, AZeroNetworkGuessesTheFirstClass) {
  const SmallProblem problem = MakeSmallProblem();
  for (const at::Tensor& parameter : problem.network.params) parameter.detach().zero_();
  const Reading reading = MakeLossProbe()->Measure(problem.AsSubject(), {});
  EXPECT_NEAR(Find(reading, "loss").value, std::log(3.0), 1e-15);
  EXPECT_NEAR(*Find(reading, "loss").standard_error, 0, 1e-15);
  EXPECT_NEAR(Find(reading, "accuracy").value, 4.0 / 12, 1e-15);
}

// 4 of 12 correct: unbiased variance 12/11·p(1−p), standard error √(that/12).
TEST(LossProbeTest, AccuracyHasABinomialStandardError) {
  const SmallProblem problem = MakeSmallProblem();
  for (const at::Tensor& parameter : problem.network.params) parameter.detach().zero_();
  const Reading reading = MakeLossProbe()->Measure(problem.AsSubject(), {});
  EXPECT_NEAR(*Find(reading, "accuracy").standard_error, std::sqrt(1.0 / 3 * 2 / 3 / 11), 1e-14);
}

TEST(LossProbeTest, RegressionHasNoAccuracy) {
  SmallProblem problem = MakeSmallProblem();
  problem.objective = MakeMeanSquaredError();
  problem.examples.targets = Noise({12, 3}, "targets");
  EXPECT_EQ(MakeLossProbe()->Measure(problem.AsSubject(), {}).measurements.size(), 1u);
}

TEST(LossProbeTest, OneExampleHasNoStandardError) {
  SmallProblem problem = MakeSmallProblem();
  problem.examples = problem.examples.Slice(0, 1);
  const Reading reading = MakeLossProbe()->Measure(problem.AsSubject(), {});
  EXPECT_FALSE(Find(reading, "loss").standard_error.has_value());
}

}  // namespace
}  // namespace geometer::geometry
