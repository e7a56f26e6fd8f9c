#include "worker/geometry/few_shot.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>

#include "tests/worker/geometry/small_problem.h"
#include "worker/geometry/datasets/gaussian_classes.h"
#include "worker/geometry/models/mlp.h"
#include "worker/geometry/probes/class_geometry.h"
#include "worker/geometry/probes/embedding.h"
#include "worker/geometry/probes/few_shot.h"
#include "worker/geometry/random.h"

namespace geometer::geometry {
namespace {

using testing::ElementsAreArray;

// sin(1.7·i·(j + 1) + phase·(j² + 1)), with 0.8 more in the column of the row's class.
at::Tensor Rows(int64_t each, double phase) {
  constexpr int64_t kWay = 3, kColumns = 20;
  const at::Tensor i = at::arange(kWay * each, at::kDouble).unsqueeze(1);
  const at::Tensor j = at::arange(kColumns, at::kDouble).unsqueeze(0);
  at::Tensor rows = (1.7 * i * (j + 1) + phase * (j * j + 1)).sin();
  for (int64_t row = 0; row < kWay * each; ++row) rows[row][row / each] += 0.8;
  return rows;
}

std::vector<int64_t> Predicted(FewShotClassifier classifier, double penalty) {
  const FewShotOptions options{.way = 3, .shot = 4, .classifier = classifier, .penalty = penalty};
  const at::Tensor labels = at::arange(3, at::kLong).repeat_interleave(4);
  const at::Tensor found = Classify(options, Rows(4, 2.3), labels, Rows(8, 0.9));
  return {found.const_data_ptr<int64_t>(), found.const_data_ptr<int64_t>() + found.numel()};
}

// Of scikit-learn 1.9.1: NearestCentroid, RidgeClassifier(alpha) and LogisticRegression(C =
// 1/penalty, tol = 1e-12) on these very rows.
TEST(FewShotTest, ClassifiersAreThoseOfScikitLearn) {
  using enum FewShotClassifier;
  EXPECT_THAT(Predicted(kNearestMean, 1), ElementsAreArray({0, 0, 0, 0, 0, 0, 1, 2, 2, 1, 1, 1,
                                                            2, 1, 2, 1, 0, 0, 0, 0, 2, 1, 1, 2}));
  EXPECT_THAT(Predicted(kRidge, 1), ElementsAreArray({0, 1, 0, 0, 0, 0, 2, 2, 1, 1, 2, 1,
                                                      2, 1, 2, 1, 0, 0, 0, 0, 1, 1, 1, 2}));
  EXPECT_THAT(Predicted(kRidge, 30), ElementsAreArray({0, 0, 0, 0, 0, 0, 2, 2, 2, 1, 1, 1,
                                                       2, 1, 2, 1, 0, 0, 0, 0, 2, 1, 1, 2}));
  EXPECT_THAT(Predicted(kLogistic, 1), ElementsAreArray({0, 1, 0, 0, 0, 0, 2, 2, 2, 1, 1, 1,
                                                         2, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 2}));
  EXPECT_THAT(Predicted(kLogistic, 30), ElementsAreArray({0, 0, 0, 0, 0, 0, 1, 2, 2, 1, 1, 1,
                                                          2, 1, 2, 1, 0, 0, 0, 0, 2, 1, 1, 2}));
}

// A single class apart from the other decides everything; equal classes leave a guess.
TEST(FewShotTest, EpisodesOfSeparateClassesAreRightAndOfEqualOnesGuessed) {
  const at::Tensor labels = at::arange(2, at::kLong).repeat_interleave(50);
  const FewShotOptions options{.way = 2, .shot = 3, .query = 10, .episodes = 200};
  at::Tensor features = at::empty({100, 4}, at::kDouble).normal_(0, 1, MakeGenerator(1, "test"));
  const double guess = EpisodeAccuracies(options, features, labels, 0, "s").mean().item<double>();
  EXPECT_NEAR(guess, 0.5, 0.05);
  features.slice(0, 50, 100) += 100;
  EXPECT_EQ(EpisodeAccuracies(options, features, labels, 0, "s").min().item<double>(), 1);
}

// GC T13b with the support's noise (T13): its bound is never below the error of many episodes.
TEST(FewShotTest, TheErrorIsBelowTheBoundOfClassVariances) {
  const RawDataset data = MakeGaussianClasses(
      {.classes = 3, .dimension = 8, .separation = 40, .sizes = {.train = 900}});
  const FewShotOptions options{.way = 3, .shot = 5, .query = 20, .episodes = 300};
  const double error = 1 - EpisodeAccuracies(options, data.train.inputs, data.train.targets, 0, "s")
                               .mean()
                               .item<double>();
  const at::Tensor means = MeanByClass(data.train.inputs, data.train.targets, 3);
  const at::Tensor rest =
      (data.train.inputs - means.index_select(0, data.train.targets)).square().sum(1);
  const double bound =
      NearestMeanErrorBound(means, MeanByClass(rest, data.train.targets, 3), options.shot);
  EXPECT_LT(bound, 1);
  EXPECT_GT(NearestMeanErrorBound(means, MeanByClass(rest, data.train.targets, 3), /*shot=*/1),
            bound);
  EXPECT_LE(error, bound);
}

TEST(FewShotTest, NormalizedEmbeddingsForgetTheirLength) {
  const at::Tensor labels = at::arange(2, at::kLong).repeat_interleave(20);
  at::Tensor features = at::zeros({40, 2}, at::kDouble);
  for (int64_t i = 0; i < 40; ++i) features[i][i / 20] = std::pow(10, i % 5);
  FewShotOptions options{.way = 2, .shot = 1, .query = 5, .episodes = 50, .normalized = true};
  EXPECT_EQ(EpisodeAccuracies(options, features, labels, 0, "s").min().item<double>(), 1);
  options.normalized = false;
  EXPECT_LT(EpisodeAccuracies(options, features, labels, 0, "s").min().item<double>(), 1);
}

TEST(FewShotTest, TooFewExamplesAreRefused) {
  const at::Tensor labels = at::tensor({0, 0, 0, 1, 1, 1, 2}, at::kLong);
  const at::Tensor features = at::zeros({7, 2}, at::kDouble);
  EXPECT_NO_THROW(EpisodeAccuracies({.way = 2, .shot = 1, .query = 2, .episodes = 2}, features,
                                    labels, 0, "s"));
  EXPECT_THROW(
      EpisodeAccuracies({.way = 3, .shot = 1, .query = 2, .episodes = 2}, features, labels, 0, "s"),
      std::invalid_argument);
}

// The classes are those of the second sample where there is one.
TEST(FewShotProbeTest, LooksAtTheEmbeddingOfUnseenClasses) {
  const RawDataset data = MakeGaussianClasses(
      {.classes = 5, .dimension = 6, .separation = 30, .sizes = {.train = 200, .test = 200}});
  const auto model = MakeMlp({.inputs = 6, .hidden = {32}, .outputs = 3});
  Subject subject;
  subject.network = {model.get(), model->Initialize(0, at::kDouble).parameters, {}};
  subject.sample = {data.train.inputs, at::zeros({200}, at::kLong)};
  subject.chunk_size = 33;
  const FewShotOptions options{.way = 5, .shot = 3, .query = 10, .episodes = 40};
  const auto probe = MakeFewShotProbe(options);
  EXPECT_THROW(probe->Measure(subject, {}), std::invalid_argument);  // one class
  subject.second = SecondLoss{model.get(), nullptr, data.test};
  const Reading reading = probe->Measure(subject, {});
  const Measurement accuracy = Find(reading, "few_shot_accuracy");
  EXPECT_GT(accuracy.value, 0.95);
  EXPECT_EQ(accuracy.samples, 40);
  const at::Tensor episodes =
      EpisodeAccuracies(options, Embed(subject.network, data.test.inputs).features,
                        data.test.targets, subject.seed, "probe/few_shot");
  EXPECT_NEAR(accuracy.standard_error.value(),
              episodes.std(/*unbiased=*/true).item<double>() / std::sqrt(40.0), 1e-12);
  EXPECT_GT(Find(reading, "cdnv_mean").value, 0);
  EXPECT_LT(Find(reading, "cdnv_mean").value, 0.2);
  for (at::Tensor& parameter : subject.network.params) parameter = parameter * std::nan("");
  const Reading diverged = probe->Measure(subject, {});
  EXPECT_TRUE(std::isnan(Find(diverged, "few_shot_accuracy").value));
  EXPECT_TRUE(std::isnan(Find(diverged, "cdnv_mean").value));
}

}  // namespace
}  // namespace geometer::geometry
