#include "worker/trainer/batch_loss.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cmath>

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
        loss(training, training.data.train.All(), state),
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
  const BatchLoss loss(before.training, before.training.data.train.All(), later);
  EXPECT_GT(loss.At(before.params).loss, before.loss.At(before.params).loss + 0.1);
}

TEST(BatchLossTest, NoiseIsTheSameWithinAnUpdateAndAnotherInTheNext) {
  const FirstUpdate first({"learner.noise=[{inputs: {}, strength: 0.1}]"});
  State next = InitialState(first.training);
  next.step = 1;
  const BatchLoss other(first.training, first.training.data.train.All(), next);
  EXPECT_EQ(first.loss.At(first.params).loss, first.loss.At(first.params).loss);
  EXPECT_NE(first.loss.At(first.params).loss, other.At(first.params).loss);
}

}  // namespace
}  // namespace geometer::trainer
