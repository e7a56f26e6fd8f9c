#include "worker/geometry/calibration.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/probes/geometric_complexity.h"

namespace geometer::geometry {
namespace {

// Statistics that fit the sample badly.
SmallProblem MakeUncalibrated(at::ScalarType dtype = at::kDouble) {
  SmallProblem problem = MakeSmallResNet(dtype, /*batch_norm=*/true);
  for (size_t i = 0; i < problem.network.buffers.size(); i += 3) {
    problem.network.buffers[i] = problem.network.buffers[i] + 0.3;
    problem.network.buffers[i + 1] = problem.network.buffers[i + 1] * 2;
  }
  return problem;
}

at::Tensor Outputs(const Network& network, const SmallProblem& problem, Mode mode) {
  return network.Forward(problem.examples.inputs, mode).output;
}

double Complexity(const SmallProblem& problem, bool calibrate) {
  GeometricComplexityOptions options;
  options.calibrate = calibrate;
  const Reading reading =
      MakeGeometricComplexityProbe(options)->Measure(problem.AsSubject(/*chunk_size=*/5), {});
  return Find(reading, "geometric_complexity").value;
}

TEST(CalibrationTest, EvaluatesTheSampleAsTrainingModeDoes) {
  const SmallProblem problem = MakeUncalibrated();
  const Network calibrated = Calibrated(problem.network, problem.examples, 12);
  const at::Tensor wanted = Outputs(problem.network, problem, Mode::kTraining);
  EXPECT_TRUE(at::allclose(Outputs(calibrated, problem, Mode::kEvaluation), wanted, 1e-10, 1e-12));
  EXPECT_FALSE(
      at::allclose(Outputs(problem.network, problem, Mode::kEvaluation), wanted, 1e-2, 1e-2));
}

// One update of the running statistics that training mode makes, from zero: 0.1 of the batch's
// mean.
TEST(CalibrationTest, MeansAreThoseThatTrainingModeTakes) {
  const SmallProblem problem = MakeUncalibrated();
  Network empty = problem.network;
  for (at::Tensor& buffer : empty.buffers) buffer = buffer * 0;
  const Tensors taken = empty.Forward(problem.examples.inputs, Mode::kTraining).buffers;
  const Tensors calibrated = Calibrated(problem.network, problem.examples, 12).buffers;
  for (size_t i = 0; i < calibrated.size(); i += 3) {
    EXPECT_TRUE(at::allclose(calibrated[i], 10 * taken[i], 1e-9, 1e-12)) << i;
  }
}

TEST(CalibrationTest, DoesNotDependOnTheChunkSize) {
  const SmallProblem problem = MakeUncalibrated();
  const Tensors whole = Calibrated(problem.network, problem.examples, 12).buffers;
  for (const int64_t chunk_size : {1, 5}) {
    const Tensors parts = Calibrated(problem.network, problem.examples, chunk_size).buffers;
    for (size_t i = 0; i < whole.size(); ++i) {
      EXPECT_TRUE(at::allclose(parts[i], whole[i], 1e-9, 1e-12)) << i;
    }
  }
}

TEST(CalibrationTest, LeavesTheNetworkBitwiseAlone) {
  const SmallProblem problem = MakeUncalibrated(at::kFloat);
  Tensors before;
  for (const at::Tensor& buffer : problem.network.buffers) before.push_back(buffer.clone());
  for (const at::Tensor& parameter : problem.network.params) before.push_back(parameter.clone());
  Complexity(problem, /*calibrate=*/true);
  Tensors after = problem.network.buffers;
  after.insert(after.end(), problem.network.params.begin(), problem.network.params.end());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(at::equal(after[i], before[i])) << i;
}

TEST(CalibrationTest, ChangesNothingWithoutNormalisation) {
  for (const SmallProblem& problem :
       {MakeSmallProblem(), MakeSmallResNet(at::kDouble, /*batch_norm=*/false)}) {
    EXPECT_TRUE(Calibrated(problem.network, problem.examples, 5).buffers.empty());
    EXPECT_EQ(Complexity(problem, /*calibrate=*/true), Complexity(problem, /*calibrate=*/false));
  }
}

TEST(CalibrationTest, GivesTheComplexityOfTheCalibratedNetwork) {
  SmallProblem problem = MakeUncalibrated();
  const double running = Complexity(problem, false), calibrated = Complexity(problem, true);
  problem.network = Calibrated(problem.network, problem.examples, 12);
  const double wanted = Complexity(problem, /*calibrate=*/false);
  EXPECT_NEAR(calibrated, wanted, 1e-9 * wanted);
  EXPECT_GT(std::abs(running - wanted), 0.1 * wanted);
}

}  // namespace
}  // namespace geometer::geometry
