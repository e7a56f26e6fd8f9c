#include "worker/geometry/batch_order.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/sort.h>
#include <gtest/gtest.h>

#include <set>

namespace geometer::geometry {
namespace {

// Three batches of four of fourteen examples.
BatchPlan Plan(Order order) { return {.examples = 14, .size = 4, .order = order}; }

at::Tensor At(Order order, int64_t step) { return BatchOrder(/*seed=*/3, Plan(order)).At(step); }

bool Same(Order a, int64_t step_a, Order b, int64_t step_b) {
  return at::equal(At(a, step_a), At(b, step_b));
}

TEST(BatchOrderTest, AnEpochVisitsNoExampleTwice) {
  BatchOrder order(3, Plan(Order::kShuffled));
  const at::Tensor seen = at::cat({order.At(0), order.At(1), order.At(2)});
  const at::Tensor sorted = std::get<0>(at::sort(seen));
  EXPECT_TRUE((sorted.diff() > 0).all().item<bool>());
}

TEST(BatchOrderTest, EpochsAreShuffledAnew) {
  EXPECT_FALSE(Same(Order::kShuffled, 0, Order::kShuffled, 3));
}

// GD 3.2 (a): a run and its reverse make a pair.
TEST(BatchOrderTest, ReversedVisitsTheSameBatchesOfEachEpochLastFirst) {
  for (const int64_t epoch : {0, 1}) {
    for (int64_t k = 0; k < 3; ++k) {
      EXPECT_TRUE(Same(Order::kReversed, 3 * epoch + k, Order::kShuffled, 3 * epoch + 2 - k));
    }
  }
}

TEST(BatchOrderTest, PalindromicGoesBackInEverySecondEpoch) {
  for (int64_t k = 0; k < 6; ++k) {
    EXPECT_TRUE(Same(Order::kPalindromic, k, Order::kPalindromic, 5 - k));
  }
  EXPECT_FALSE(Same(Order::kPalindromic, 0, Order::kPalindromic, 6));
}

TEST(BatchOrderTest, FixedRepeatsItsEpoch) {
  for (int64_t k = 0; k < 3; ++k) EXPECT_TRUE(Same(Order::kFixed, k, Order::kFixed, k + 6));
}

// GD 3.2 (c): drawn from the batches of one cut, each equally often.
TEST(BatchOrderTest, ReplacementDrawsBatchesOfTheFixedCut) {
  BatchOrder drawn(3, Plan(Order::kReplacement));
  int64_t counts[3] = {};
  for (int64_t step = 0; step < 3000; ++step) {
    const at::Tensor batch = drawn.At(step);
    for (int64_t k = 0; k < 3; ++k) counts[k] += at::equal(batch, At(Order::kFixed, k)) ? 1 : 0;
  }
  EXPECT_EQ(counts[0] + counts[1] + counts[2], 3000);
  for (const int64_t count : counts) EXPECT_NEAR(count, 1000, 4 * 26);
}

TEST(BatchOrderTest, SubstepsStayWithABatch) {
  BatchPlan plan = Plan(Order::kShuffled);
  plan.substeps = 5;
  EXPECT_EQ(plan.StepsPerEpoch(), 15);
  BatchOrder order(3, plan);
  EXPECT_TRUE(at::equal(order.At(0), order.At(4)));
  EXPECT_TRUE(at::equal(order.At(5), At(Order::kShuffled, 1)));
}

TEST(BatchOrderTest, IsAFunctionOfSeedAndStepAlone) {
  BatchOrder straight(3, Plan(Order::kShuffled));
  for (int64_t step = 0; step < 7; ++step) straight.At(step);
  EXPECT_TRUE(at::equal(straight.At(7), At(Order::kShuffled, 7)));
  EXPECT_FALSE(at::equal(straight.At(7), BatchOrder(4, Plan(Order::kShuffled)).At(7)));
}

}  // namespace
}  // namespace geometer::geometry
