#include "worker/geometry/probes/calibration.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/one_hot.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/confidence.h"
#include "worker/geometry/objectives/morse.h"

namespace geometer::geometry {
namespace {

class CalibrationProbeTest : public testing::Test {
 protected:
  CalibrationProbeTest() : subject_(problem_.AsSubject(/*chunk_size=*/5)) {}

  at::Tensor Output() const {
    return subject_.network.Forward(subject_.sample.inputs, Mode::kEvaluation).output.detach();
  }

  // Expects what the probe reports of `options` to be that of `probabilities`.
  void ExpectOf(const at::Tensor& probabilities, const CalibrationOptions& options) const {
    const Reading reading = MakeCalibrationProbe(options)->Measure(subject_, {});
    const at::Tensor labels = subject_.sample.targets;
    const auto [confidence, predicted] = probabilities.max(1);
    const at::Tensor correct = predicted.eq(labels).to(at::kDouble);
    const at::Tensor truth = at::one_hot(labels, 3);
    const auto expect = [&](const char* quantity, double value) {
      EXPECT_NEAR(Find(reading, quantity).value, value, 1e-14) << quantity;
      EXPECT_EQ(Find(reading, quantity).samples, 12);
    };
    expect("calibration_error", CalibrationErrorByWidth(confidence, correct, options.bins));
    expect("calibration_error_mass", CalibrationErrorByMass(confidence, correct, options.bins));
    expect("nll", -(probabilities.log() * truth).sum(1).mean().item<double>());
    expect("brier", (probabilities - truth).square().sum(1).mean().item<double>());
    expect("confidence", confidence.mean().item<double>());
    expect("accuracy", correct.mean().item<double>());
  }

  SmallProblem problem_ = MakeSmallProblem();
  Subject subject_;
};

TEST_F(CalibrationProbeTest, OfAClassifierIsThatOfItsSoftmax) {
  ExpectOf(Output().softmax(1), {.bins = 4});
}

// MG I.1.8: the posterior, fix 1 and fix 2.
TEST_F(CalibrationProbeTest, OfAMorseNetworkIsThatOfItsPosteriorAndOfItsFixes) {
  const auto morse = MakeMorse({.targets = ClassTargets(3, 1)});
  subject_.objective = morse.get();
  const at::Tensor density = morse->LogDensities(Output())->exp();
  const at::Tensor sum = density.sum(1, /*keepdim=*/true);
  ExpectOf(density / sum, {});
  ExpectOf((density + 0.2 / 3) / (sum + 0.2),
           {.form = ProbabilityForm::kBackground, .background = 0.2});
  ExpectOf((density.amax(1, /*keepdim=*/true) * density.log()).softmax(1),
           {.form = ProbabilityForm::kTemperature});
}

TEST_F(CalibrationProbeTest, AClassifierHasNoDensity) {
  EXPECT_THROW(MakeCalibrationProbe({.form = ProbabilityForm::kBackground})->Measure(subject_, {}),
               std::invalid_argument);
}

TEST_F(CalibrationProbeTest, OfADivergedNetworkNothingIsKnown) {
  for (at::Tensor& parameter : subject_.network.params) parameter = parameter * std::nan("");
  const Reading reading = MakeCalibrationProbe({})->Measure(subject_, {});
  EXPECT_TRUE(std::isnan(Find(reading, "calibration_error").value));
  EXPECT_TRUE(std::isnan(Find(reading, "nll").value));
  EXPECT_TRUE(std::isnan(Find(reading, "accuracy").value));
}

}  // namespace
}  // namespace geometer::geometry
