#include "worker/geometry/confidence.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/morse_kernel.h"

namespace geometer::geometry {
namespace {

at::Tensor Vector(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

// Bins of ¼: (0.2, 0.25) with accuracy ½, (0.6, 0.7) with 1, and 1.0 with 0.
const at::Tensor kConfidence = Vector({0.2, 1, 0.7, 0.25, 0.6});
const at::Tensor kCorrect = Vector({1, 0, 1, 0, 1});

// MG M4, by hand.
TEST(CalibrationErrorTest, OfBinsOfEqualWidth) {
  const double by_hand = 0.4 * (0.5 - 0.225) + 0.4 * (1 - 0.65) + 0.2 * 1;
  EXPECT_NEAR(CalibrationErrorByWidth(kConfidence, kCorrect, 4), by_hand, 1e-15);
  EXPECT_NEAR(CalibrationErrorByWidth(kConfidence, kCorrect, 1), std::abs(0.6 - 0.55), 1e-15);
}

// In the order of confidence: three, then two examples.
TEST(CalibrationErrorTest, OfBinsOfEqualMass) {
  const double by_hand = 0.6 * (2.0 / 3 - 0.35) + 0.4 * std::abs(0.5 - 0.85);
  EXPECT_NEAR(CalibrationErrorByMass(kConfidence, kCorrect, 2), by_hand, 1e-15);
  EXPECT_NEAR(CalibrationErrorByMass(kConfidence, kCorrect, 99),
              (kCorrect - kConfidence).abs().mean().item<double>(), 1e-15);
}

TEST(CalibrationErrorTest, IsSmallOfOneWhoIsRightAsOftenAsHeSays) {
  const at::Tensor confidence = at::linspace(0.5, 1, 20000, at::kDouble);
  const at::Tensor uniform = (at::arange(20000, at::kDouble) * 0.6180339887498949).frac();
  const at::Tensor correct = (uniform < confidence).to(at::kDouble);
  EXPECT_LT(CalibrationErrorByWidth(confidence, correct, 15), 1e-3);
  EXPECT_LT(CalibrationErrorByMass(confidence, correct, 15), 1e-3);
}

TEST(CalibrationErrorTest, OfADivergedNetworkIsUnknown) {
  const at::Tensor confidence = Vector({0.5, std::nan("")});
  EXPECT_TRUE(std::isnan(CalibrationErrorByWidth(confidence, Vector({1, 0}), 15)));
  EXPECT_TRUE(std::isnan(CalibrationErrorByMass(confidence, Vector({1, 0}), 2)));
}

at::Tensor Entropy(const at::Tensor& log) { return -(log.exp() * log).sum(1); }

// MG I-T9: the argmax stays, and the entropy rises with T = 1/μ up to that of the uniform law.
TEST(LogTemperedByDensityTest, KeepsTheClassAndSoftensAsTheDensityFalls) {
  const at::Tensor logits = 4 * Noise({30, 5}, "logits");
  at::Tensor before = Entropy(at::log_softmax(logits, 1));
  for (const double density : {1.0, 0.7, 0.3, 0.05, 1e-3, 1e-9}) {
    const at::Tensor log =
        LogTemperedByDensity(logits, at::full({30}, std::log(density), at::kDouble));
    EXPECT_TRUE(log.argmax(1).equal(logits.argmax(1)));
    EXPECT_TRUE((Entropy(log) >= before - 1e-12).all().item<bool>());
    before = Entropy(log);
  }
  EXPECT_NEAR(before.min().item<double>(), std::log(5), 1e-6);
}

// The log densities of two classes with modes at ∓1 of a gaussian with λ = 1, at x.
at::Tensor TwoModes(double x) {
  return MorseKernel{}.Log(
      SquaredDistances(Vector({x, 0}).view({1, 2}), Vector({-1, 0, 1, 0}).view({2, 2})));
}

// MG I-T10: numbers of I.1.8.
TEST(LogWithBackgroundTest, IsUniformFarAwayWhereThePosteriorIsSure) {
  const auto posterior = [](double x) {
    return at::log_softmax(TwoModes(x), 1).exp()[0][1].item<double>();
  };
  const auto with_background = [](double x) {
    return LogWithBackground(TwoModes(x), 0.01).exp()[0][1].item<double>();
  };
  EXPECT_NEAR(posterior(1), 0.881, 5e-4);
  EXPECT_NEAR(posterior(3), 0.9975, 5e-5);
  EXPECT_NEAR(1 - posterior(10), 2e-9, 1e-10);
  EXPECT_NEAR(with_background(1), 0.877, 5e-4);
  EXPECT_NEAR(with_background(3), 0.963, 5e-4);
  EXPECT_NEAR(with_background(10), 0.5, 1e-12);
}

TEST(LogWithBackgroundTest, IsALawOfClasses) {
  const at::Tensor log = LogWithBackground(-Noise({20, 4}, "mu").square(), 0.3);
  EXPECT_LT((log.exp().sum(1) - 1).abs().max().item<double>(), 1e-14);
}

}  // namespace
}  // namespace geometer::geometry
