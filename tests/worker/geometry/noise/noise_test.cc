#include "worker/geometry/noise/noise.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "worker/geometry/noise/input_noise.h"
#include "worker/geometry/noise/label_noise.h"
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

}  // namespace
}  // namespace geometer::geometry
