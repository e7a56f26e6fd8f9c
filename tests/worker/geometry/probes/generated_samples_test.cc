#include "worker/geometry/probes/generated_samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/datasets/gaussian_classes.h"
#include "worker/geometry/datasets/gaussian_modes.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/models/point.h"
#include "worker/geometry/sample_quality.h"

namespace geometer::geometry {
namespace {

Dataset ToDataset(const RawDataset& raw) {
  Dataset data{.name = raw.name, .classes = raw.classes};
  data.train = raw.train;
  data.test = raw.test;
  return data;
}

Dataset Ring() { return ToDataset(MakeGaussianModes({.sizes = {8000, 0, 800}})); }

// A GAN whose generator is `model` at its start, seen on the test split of `data`.
struct Seen {
  Seen(const Dataset& data, std::shared_ptr<const Model> model) : generator(std::move(model)) {
    subject.sample = data.test.All();
    subject.match = Match{.generator = generator.get(), .latents = 2};
    subject.match->at = {Tensors{at::tensor({0.0}, at::kDouble)},
                         generator->Initialize(0, at::kDouble).parameters};
  }

  std::shared_ptr<const Model> generator;
  Subject subject;
};

TEST(ModesTest, AreTheClassesOfThePlane) {
  const auto modes = ModesOf(Ring());
  ASSERT_TRUE(modes.has_value());
  EXPECT_NEAR(modes->deviation, 0.1, 0.002);
  EXPECT_LT((modes->centres[2] - at::tensor({0.0, 2.0}, at::kDouble)).abs().max().item<double>(),
            0.02);
  EXPECT_FALSE(
      ModesOf(ToDataset(MakeGaussianClasses({.dimension = 3, .sizes = {50, 0, 50}}))).has_value());
}

// A generator of one point in the middle of a mode: one mode of eight, all of high quality.
TEST(GeneratedSamplesTest, APointCoversOneMode) {
  const Dataset data = Ring();
  const Seen seen(data, MakePoint({2, 0}));
  const Reading reading =
      MakeGeneratedSamplesProbe({ModesOf(data), nullptr})->Measure(seen.subject, {});
  EXPECT_EQ(Find(reading, "modes").value, 1);
  EXPECT_EQ(Find(reading, "modes_20").value, 1);
  EXPECT_EQ(Find(reading, "high_quality").value, 1);
  EXPECT_NEAR(Find(reading, "mode_divergence").value, std::log(8), 1e-12);
  EXPECT_EQ(Find(reading, "modes").samples, 800);
  // The projections of a uniform ring of radius 2 on a direction have the variance 2, so their
  // distance from a point at distance 2 of the middle has the mean square 2 + 2 over directions.
  EXPECT_NEAR(Find(reading, "sliced_wasserstein").value, 2, 0.1);
  EXPECT_LT(Find(reading, "sliced_wasserstein_data").value, 0.2);
  EXPECT_GT(Find(reading, "mmd").value, 0.1);
}

// Normal latents as they are: a known law, far from the ring.
TEST(GeneratedSamplesTest, SamplesAreTheGeneratorsOfNormalLatents) {
  const Dataset data = Ring();
  Seen seen(data, MakeMlp({.inputs = 2, .hidden = {}, .outputs = 2, .bias = false}));
  seen.subject.match->at[1] = {at::tensor({1.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 2})};
  const auto probe = MakeGeneratedSamplesProbe({ModesOf(data), nullptr});
  const Reading reading = probe->Measure(seen.subject, {});
  // 1-D: normal quantiles against those of the ring, of deviation √2, at least √2 − 1 apart.
  EXPECT_GT(Find(reading, "sliced_wasserstein").value, std::sqrt(2) - 1);
  EXPECT_LT(Find(reading, "high_quality").value, 0.2);
  EXPECT_EQ(Find(probe->Measure(seen.subject, {}), "mmd").value, Find(reading, "mmd").value);
}

// MG M5: a single picture scores 1, the data about the number of their classes.
TEST(GeneratedSamplesTest, AClassifierScoresSamplesOfManyInputs) {
  const Dataset data = ToDataset(
      MakeGaussianClasses({.classes = 4, .dimension = 6, .separation = 8, .sizes = {400, 0, 400}}));
  const auto classifier = std::make_shared<const LabelClassifier>(data.train, data.classes);
  const Seen seen(data, MakePoint({1, 2, 3, 4, 5, 6}));
  const Reading reading =
      MakeGeneratedSamplesProbe({ModesOf(data), classifier})->Measure(seen.subject, {});
  EXPECT_NEAR(Find(reading, "classifier_score").value, 1, 1e-6);
  EXPECT_NEAR(Find(reading, "classifier_score_data").value, 4, 0.2);
  for (const Measurement& m : reading.measurements) EXPECT_NE(m.quantity, "modes");
}

}  // namespace
}  // namespace geometer::geometry
