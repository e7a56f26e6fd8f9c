#include "worker/geometry/noise/noise.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cov.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "worker/geometry/noise/input_noise.h"
#include "worker/geometry/noise/label_noise.h"
#include "worker/geometry/noise/reference_noise.h"
#include "worker/geometry/noise/target_noise.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

constexpr int64_t kExamples = 20000;

Examples Labelled() {
  return {at::zeros({kExamples, 2}, at::kDouble), at::full({kExamples}, 1, at::kLong)};
}

Examples Apply(const Noise& noise, const Examples& batch, double strength) {
  return noise.Apply(batch, strength, MakeGenerator(/*seed=*/1, "noise"));
}

double Share(const at::Tensor& which) { return which.to(at::kDouble).mean().item<double>(); }

TEST(InputNoiseTest, HasItsStrengthAsDeviation) {
  const Examples noisy = Apply(*MakeInputNoise(), Labelled(), 0.5);
  EXPECT_NEAR(noisy.inputs.std().item<double>(), 0.5, 4 * 0.5 / std::sqrt(4.0 * kExamples));
  EXPECT_NEAR(noisy.inputs.mean().item<double>(), 0, 4 * 0.5 / std::sqrt(2.0 * kExamples));
  EXPECT_TRUE(at::equal(noisy.targets, Labelled().targets));
}

// Of three classes, the two others get half of the share each.
TEST(LabelNoiseTest, MovesAShareOfTheLabelsEvenlyToTheOtherClasses) {
  const at::Tensor labels = Apply(*MakeLabelNoise(3), Labelled(), 0.3).targets;
  const double error = 4 * std::sqrt(0.15 * 0.85 / kExamples);
  EXPECT_NEAR(Share(labels.eq(0)), 0.15, error);
  EXPECT_NEAR(Share(labels.eq(2)), 0.15, error);
}

TEST(LabelNoiseTest, StrengthOneLeavesNoLabel) {
  EXPECT_EQ(Share(Apply(*MakeLabelNoise(3), Labelled(), 1).targets.eq(1)), 0);
}

TEST(TargetNoiseTest, TurnsLabelsIntoNoisyOneHotVectors) {
  const at::Tensor targets = Apply(*MakeTargetNoise(3), Labelled(), 0.1).targets;
  EXPECT_EQ(targets.sizes(), at::IntArrayRef({kExamples, 3}));
  EXPECT_NEAR(targets.select(1, 1).mean().item<double>(), 1, 0.004);
  EXPECT_NEAR(targets.select(1, 0).std().item<double>(), 0.1, 0.004);
}

TEST(NoiseTest, LeavesItsBatchAloneAndIsAFunctionOfItsGenerator) {
  const Examples batch = Labelled();
  const Examples once = Apply(*MakeInputNoise(), batch, 1);
  EXPECT_TRUE(at::equal(once.inputs, Apply(*MakeInputNoise(), batch, 1).inputs));
  EXPECT_EQ(batch.inputs.abs().sum().item<double>(), 0);
}

TEST(NoiseTest, StrengthZeroChangesNothing) {
  const Examples batch = Labelled();
  EXPECT_TRUE(at::equal(Apply(*MakeInputNoise(), batch, 0).inputs, batch.inputs));
  EXPECT_TRUE(at::equal(Apply(*MakeLabelNoise(3), batch, 0).targets, batch.targets));
}

// Inputs around (1, −2), the second value twice as wide as the first and correlated with it.
at::Tensor TrainingInputs() {
  const at::Tensor e = at::empty({kExamples, 2}, at::kDouble).normal_(0, 1, MakeGenerator(2, "e"));
  const at::Tensor a = e.select(1, 0), b = e.select(1, 1);
  return at::stack({1 + a, -2 + 1.6 * a + 1.2 * b}, 1);
}

Examples Reference(ReferenceLaw law, double strength) {
  const Examples batch = {TrainingInputs(), at::full({kExamples}, 1, at::kLong)};
  return Apply(*MakeReferenceNoise(law, TrainingInputs()), batch, strength);
}

// Every second example, from the second on.
at::Tensor Drawn(const Examples& noisy) { return noisy.inputs.slice(0, 1, std::nullopt, 2); }

TEST(ReferenceNoiseTest, StandsBetweenTheData) {
  const Examples noisy = Reference(ReferenceLaw::kAround, 0.5);
  EXPECT_EQ(noisy.size(), 2 * kExamples);
  EXPECT_TRUE(at::equal(noisy.inputs.slice(0, 0, std::nullopt, 2), TrainingInputs()));
  EXPECT_TRUE((noisy.targets.slice(0, 0, std::nullopt, 2) == 1).all().item<bool>());
  EXPECT_TRUE((noisy.targets.slice(0, 1, std::nullopt, 2) == kReferenceLabel).all().item<bool>());
  const at::Tensor moved = Drawn(noisy) - TrainingInputs();
  EXPECT_NEAR(moved.std().item<double>(), 0.5, 4 * 0.5 / std::sqrt(4.0 * kExamples));
}

TEST(ReferenceNoiseTest, ABoxIsFilledEvenly) {
  const at::Tensor inputs = TrainingInputs(), drawn = Drawn(Reference(ReferenceLaw::kBox, 1.5));
  const at::Tensor low = std::get<0>(inputs.min(0)), high = std::get<0>(inputs.max(0));
  const at::Tensor place = (drawn - (low + high) / 2) / (high - low);  // in [−0.75, 0.75]
  EXPECT_LE(place.abs().max().item<double>(), 0.75);
  EXPECT_GT(place.abs().max().item<double>(), 0.749);
  EXPECT_NEAR(place.var().item<double>(), 1.5 * 1.5 / 12, 0.005);
}

TEST(ReferenceNoiseTest, AGaussianHasTheMomentsOfTheTrainingInputs) {
  const at::Tensor drawn = Drawn(Reference(ReferenceLaw::kGaussian, 1));
  EXPECT_NEAR(drawn.select(1, 0).mean().item<double>(), 1, 0.04);
  EXPECT_NEAR(drawn.select(1, 1).mean().item<double>(), -2, 0.08);
  const at::Tensor covariance = at::cov(drawn.t());
  EXPECT_NEAR(covariance[0][0].item<double>(), 1, 0.06);
  EXPECT_NEAR(covariance[1][1].item<double>(), 4, 0.24);
  EXPECT_NEAR(covariance[0][1].item<double>(), 1.6, 0.12);
  EXPECT_NEAR(Drawn(Reference(ReferenceLaw::kGaussian, 2)).select(1, 0).var().item<double>(), 4,
              0.24);
}

}  // namespace
}  // namespace geometer::geometry
