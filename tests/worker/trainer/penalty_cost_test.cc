#include "worker/trainer/penalty_cost.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "tests/worker/trainer/function_training.h"

namespace geometer::trainer {
namespace {

// Half the loss, counted.
class Counting : public geometry::Regularizer {
 public:
  explicit Counting(int& count) : count_(count) {}
  at::Tensor Penalty(const geometry::Evaluation& evaluation) const override {
    ++count_;
    return evaluation.loss * 0.5;
  }

 private:
  int& count_;
};

// Two penalties, the first of which is not in force at the start.
class PenaltyCostTest : public testing::Test {
 protected:
  PenaltyCostTest() {
    for (int i = 0; i < 2; ++i) {
      training_.tasks[0].penalties[i].regularizer = std::make_unique<Counting>(counts_[i]);
    }
  }

  int counts_[2] = {};
  Training training_ = FunctionTraining(
      {"learner.regularizers=[{l2: {}, weight: 3, schedule: {window: {start: 5}}}, "
       "{l2: {}, weight: 4}]"});
};

TEST_F(PenaltyCostTest, TriesEachAloneAndAsIfInForce) {
  const PenaltyCost cost = TimePenalties(training_, /*seconds=*/0);
  EXPECT_EQ(counts_[0], 2);  // one of them cold
  EXPECT_EQ(counts_[1], 2);
  EXPECT_EQ(cost.extra.size(), 2u);
  EXPECT_GT(cost.plain, 0);
}

TEST_F(PenaltyCostTest, LeavesTheTrainingAsItWas) {
  const geometry::Regularizer* first = training_.tasks[0].penalties[0].regularizer.get();
  TimePenalties(training_, /*seconds=*/0);
  ASSERT_EQ(training_.tasks[0].penalties.size(), 2u);
  EXPECT_EQ(training_.tasks[0].penalties[0].regularizer.get(), first);
  EXPECT_EQ(training_.tasks[0].penalties[0].Weight(/*step=*/0, /*total_steps=*/10, /*rate=*/0.1),
            0);
  EXPECT_EQ(training_.tasks[0].penalties[1].Weight(/*step=*/0, /*total_steps=*/10, /*rate=*/0.1),
            4);
}

TEST(PenaltyCostOfNoneTest, IsThatOfAPlainUpdate) {
  Training training = FunctionTraining({});
  EXPECT_TRUE(TimePenalties(training, /*seconds=*/0).extra.empty());
}

}  // namespace
}  // namespace geometer::trainer
