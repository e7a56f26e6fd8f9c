#include "worker/trainer/batch_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/worker/trainer/function_training.h"
#include "worker/geometry/autograd.h"

namespace geometer::trainer {
namespace {

using geometry::ProductMode;

const char kPenalty[] = "learner.regularizers=[{gradient_norm: {}, weight: 0.1}]";

// The loss of the first update, on the whole split.
struct FirstUpdate {
  explicit FirstUpdate(std::vector<std::string> overrides)
      : training(FunctionTraining(std::move(overrides))),
        state(InitialState(training)),
        loss(training, {{0, training.tasks[0].data.train.All()}}, state),
        params(state.variables.parameters) {}

  double Curvature(const geometry::ProductOptions& options) const {
    return loss.Curvature(params, loss.At(params, /*keep_graph=*/true), options);
  }

  const Training training;
  const State state;
  const BatchLoss loss;
  const geometry::Tensors& params;
};

TEST(BatchLossTest, PartsOfABatchAverageToTheBatch) {
  const FirstUpdate whole({"learner.batches={full: true}"});
  const FirstUpdate parts({"learner.batches={full: true, accumulation: 5}"});
  const Descent a = whole.loss.At(whole.params);
  const Descent b = parts.loss.At(parts.params);
  EXPECT_NEAR(a.loss, b.loss, 1e-14);
  EXPECT_TRUE(at::allclose(geometry::Flatten(a.gradient), geometry::Flatten(b.gradient), 1e-12));
}

TEST(BatchLossTest, TheGraphChangesNoBitOfTheGradient) {
  const FirstUpdate first({"learner.batches={full: true, accumulation: 2}", kPenalty});
  const Descent without = first.loss.At(first.params);
  const Descent with = first.loss.At(first.params, /*keep_graph=*/true);
  for (size_t i = 0; i < with.gradient.size(); ++i) {
    EXPECT_TRUE(at::equal(without.gradient[i], with.gradient[i]));
    EXPECT_FALSE(with.gradient[i].requires_grad());
  }
}

// GD 8.1: a forward difference errs by O(displacement), a central one by its square.
TEST(BatchLossTest, DifferencesApproachTheExactCurvatureAtTheirOrders) {
  const FirstUpdate first({"learner.batches={full: true, accumulation: 2}", kPenalty});
  const double exact = first.Curvature({ProductMode::kExact});
  const auto error = [&](ProductMode mode, double displacement) {
    return std::abs(first.Curvature({mode, displacement}) - exact) / exact;
  };
  const double forward = error(ProductMode::kForwardDifference, 0.01);
  const double central = error(ProductMode::kCentralDifference, 0.01);
  EXPECT_NEAR(std::log2(forward / error(ProductMode::kForwardDifference, 0.005)), 1, 0.1);
  EXPECT_NEAR(std::log2(central / error(ProductMode::kCentralDifference, 0.005)), 2, 0.1);
  EXPECT_LT(central, forward);
}

TEST(BatchLossTest, AWeightFollowsItsSchedule) {
  const std::string window =
      "learner.regularizers=[{l2: {}, weight: 1, schedule: {window: {start: 1}}}]";
  const FirstUpdate before({window});
  EXPECT_EQ(before.loss.At(before.params).loss, FirstUpdate({}).loss.At(before.params).loss);
  State later = InitialState(before.training);
  later.step = 1;
  const BatchLoss loss(before.training, {{0, before.training.tasks[0].data.train.All()}}, later);
  EXPECT_GT(loss.At(before.params).loss, before.loss.At(before.params).loss + 0.1);
}

// GC binding conventions: SAM's gradient is that of the loss a step of length ρ uphill.
TEST(BatchLossTest, SharpnessOfWeightOneDescendsFromUphill) {
  const FirstUpdate plain({}),
      sam({"learner.regularizers=[{sharpness: {radius: 0.2}, weight: 1}]"});
  const at::Tensor g = geometry::Flatten(plain.loss.At(plain.params).gradient);
  const geometry::Tensors uphill = at::_foreach_add(
      plain.params, geometry::Unflatten(g * (0.2 / g.norm().item<double>()), plain.params));
  const at::Tensor expected = geometry::Flatten(plain.loss.At(uphill).gradient);
  const at::Tensor found = geometry::Flatten(sam.loss.At(sam.params).gradient);
  EXPECT_TRUE(at::allclose(found, expected, 1e-10, 1e-13));
}

// GD 3.1: at the rate h, matching h* adds (h* − h)/4 to the weight.
TEST(BatchLossTest, MatchingALearningRateAddsAQuarterOfTheDifference) {
  const FirstUpdate matched(
      {"learner.optimizer.sgd.learning_rate=0.02",
       "learner.regularizers=[{gradient_norm: {match_learning_rate: 0.42}, weight: 0.3}]"});
  const FirstUpdate weighted({"learner.regularizers=[{gradient_norm: {}, weight: 0.4}]"});
  EXPECT_DOUBLE_EQ(matched.loss.At(matched.params).loss, weighted.loss.At(weighted.params).loss);
}

// Each asks for another part of the evaluation; together they add up.
TEST(BatchLossTest, PenaltiesOfAllKindsAddUp) {
  const std::vector<std::string> penalties = {
      "{gradient_norm: {}, weight: 0.2}", "{sharpness: {}, weight: 0.5}",
      "{geometric_complexity: {projections: 2}, weight: 0.1}", "{l2: {}, weight: 0.1}"};
  const FirstUpdate plain({});
  const FirstUpdate all(
      {absl::StrCat("learner.regularizers=[", absl::StrJoin(penalties, ", "), "]")});
  const at::Tensor g = geometry::Flatten(plain.loss.At(plain.params).gradient);
  at::Tensor expected = g.clone();
  for (const std::string& penalty : penalties) {
    const FirstUpdate one({absl::StrCat("learner.regularizers=[", penalty, "]")});
    expected += geometry::Flatten(one.loss.At(one.params).gradient) - g;
  }
  const at::Tensor found = geometry::Flatten(all.loss.At(all.params).gradient);
  EXPECT_TRUE(at::allclose(found, expected, 1e-10, 1e-13));
}

TEST(BatchLossTest, NoiseIsTheSameWithinAnUpdateAndAnotherInTheNext) {
  const FirstUpdate first({"learner.noise=[{inputs: {}, strength: 0.1}]"});
  State next = InitialState(first.training);
  next.step = 1;
  const BatchLoss other(first.training, {{0, first.training.tasks[0].data.train.All()}}, next);
  EXPECT_EQ(first.loss.At(first.params).loss, first.loss.At(first.params).loss);
  EXPECT_NE(first.loss.At(first.params).loss, other.At(first.params).loss);
}

}  // namespace
}  // namespace geometer::trainer
