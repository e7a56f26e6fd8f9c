#include "worker/geometry/detection.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "tests/worker/geometry/small_problem.h"

namespace geometer::geometry {
namespace {

at::Tensor Vector(const std::vector<double>& values) { return at::tensor(values, at::kDouble); }

// Numbers of scikit-learn 1.9.1: roc_auc_score, average_precision_score; FPR95 by NumPy's
// quantile(…, method="inverted_cdf"). The first example is MG M1's.
TEST(DetectionTest, EqualsScikitLearnWithTies) {
  const Detection small = Detect(Vector({.1, .2, .2, .5}), Vector({.2, .5, .5, .9}));
  EXPECT_DOUBLE_EQ(small.auroc, 0.8125);
  EXPECT_DOUBLE_EQ(small.aupr_out, 0.7678571428571428);
  EXPECT_DOUBLE_EQ(small.aupr_in, 0.7678571428571428);
  EXPECT_DOUBLE_EQ(small.fpr95, 0.75);
  std::vector<double> in, out;
  for (int k = 0; k < 40; ++k) in.push_back(37 * k % 101 / 10);
  for (int k = 0; k < 25; ++k) out.push_back(53 * k % 97 / 10 + 3);
  const Detection large = Detect(Vector(in), Vector(out));
  EXPECT_NEAR(large.auroc, 0.693, 1e-15);
  EXPECT_NEAR(large.aupr_out, 0.6094069967581837, 1e-15);
  EXPECT_NEAR(large.aupr_in, 0.7937712867756428, 1e-15);
  EXPECT_DOUBLE_EQ(large.fpr95, 0.76);
}

TEST(DetectionTest, AConstantScoreIsAtChance) {
  const Detection found = Detect(at::full({30}, 2.0), at::full({10}, 2.0));
  EXPECT_DOUBLE_EQ(found.auroc, 0.5);
  EXPECT_DOUBLE_EQ(found.aupr_out, 0.25);
  EXPECT_DOUBLE_EQ(found.aupr_in, 0.75);
  EXPECT_DOUBLE_EQ(found.fpr95, 1);
}

TEST(DetectionTest, InfiniteScoresAreOrdered) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_DOUBLE_EQ(Detect(Vector({-infinity, 0}), Vector({1, infinity})).auroc, 1);
}

TEST(DetectionTest, ScoresThatAreNotNumbersAreRefused) {
  EXPECT_THROW(Detect(Vector({std::nan("")}), Vector({1})), std::invalid_argument);
  EXPECT_THROW(Detect(Vector({}), Vector({1})), std::invalid_argument);
}

// The deviation of the AUROC over many samples is the mean of its estimates.
TEST(DetectionTest, TheErrorIsThatOfRepeatedSamples) {
  constexpr int64_t kSamples = 400;
  const at::Tensor in = Noise({kSamples, 60}, "in"), out = Noise({kSamples, 40}, "out") + 1;
  at::Tensor found = at::full({kSamples}, 0.0, at::kDouble);
  double error = 0;
  for (int64_t i = 0; i < kSamples; ++i) {
    const Detection detection = Detect(in[i], out[i]);
    found[i] = detection.auroc;
    error += detection.auroc_error / kSamples;
  }
  EXPECT_NEAR(error / found.std().item<double>(), 1, 0.15);
}

}  // namespace
}  // namespace geometer::geometry
