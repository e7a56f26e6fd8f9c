#include "worker/trainer/budget.h"

#include <gmock/gmock.h>

#include <limits>
#include <utility>

namespace geometer::trainer {
namespace {

using testing::ElementsAre;

constexpr double kForever = std::numeric_limits<double>::infinity();

// What a run of 100 steps with constant costs has spent after `step` of them.
Spending After(int64_t step, double per_step, std::vector<LastMeasurement> last) {
  Spending spending;
  spending.training_seconds = per_step * static_cast<double>(step);
  for (const LastMeasurement& measurement : last) spending.measuring_seconds += measurement.seconds;
  spending.last = std::move(last);
  return spending;
}

// left = 0.2/0.8·1·100 − 5 − 5 = 15, planned = (100 − 10)·(4/2 + 1/4) = 202.5.
TEST(BudgetTest, TheStretchIsPlannedOverLeft) {
  const Budget budget(0.2, 100, {2, 4});
  EXPECT_DOUBLE_EQ(budget.Stretch(After(10, 1, {{4, 0}, {1, 0}}), 10), 202.5 / 15);
}

TEST(BudgetTest, ARunWithinItsBudgetIsNotStretched) {
  EXPECT_EQ(Budget(0.5, 100, {10}).Stretch(After(1, 1, {{1, 0}}), 1), 1);
}

TEST(BudgetTest, NothingIsLeftWhenStartAndEndSpendIt) {
  EXPECT_EQ(Budget(0.5, 100, {10}).Stretch(After(1, 1, {{50, 0}}), 1), kForever);
  EXPECT_LT(Budget(0.5, 100, {10}).Stretch(After(1, 1, {{49, 0}}), 1), kForever);
}

TEST(BudgetTest, WhatCostsNothingIsNotStretched) {
  EXPECT_EQ(Budget(1e-9, 100, {1, 1}).Stretch(After(1, 1, {{0, 0}, {0, 0}}), 1), 1);
}

TEST(BudgetTest, ASampleWithoutAPeriodCountsAtTheEndOnly) {
  const Budget budget(0.5, 100, {0, 1});
  EXPECT_DOUBLE_EQ(budget.Stretch(After(1, 1, {{10, 0}, {1, 0}}), 1), 99.0 / (100 - 22));
}

TEST(BudgetTest, AStretchedCadenceWaitsThatMuchLonger) {
  const Budget budget(0.5, 100, {5});
  Spending spending = After(14, 1, {{1, 0}});
  spending.stretch = 3;
  EXPECT_FALSE(budget.Allows(0, spending, 14));
  EXPECT_TRUE(budget.Allows(0, spending, 15));
}

// 0.1·3 is above 0.3 in binary.
TEST(BudgetTest, RoundingMakesNothingLate) {
  const Budget budget(0.5, 100, {10});
  Spending spending = After(3, 1, {{1, 0}});
  spending.stretch = 0.1 * 3 * 10;
  EXPECT_TRUE(budget.Allows(0, spending, 30));
}

TEST(BudgetTest, WhatIsDearerThanWhatIsLeftIsNotMeasured) {
  const Budget budget(0.5, 100, {5, 5});
  EXPECT_FALSE(budget.Allows(0, After(50, 1, {{40, 0}, {1, 0}}), 50));
  EXPECT_TRUE(budget.Allows(1, After(50, 1, {{40, 0}, {1, 0}}), 50));
}

TEST(BudgetTest, TheShareIsThatOfAllTimeSoFar) {
  EXPECT_EQ(Spending().MeasuringShare(), 0);
  EXPECT_DOUBLE_EQ(After(9, 1, {{1, 0}}).MeasuringShare(), 0.1);
}

// A run of `steps` steps of a second whose sample i costs `costs[i]` at step 0 and `later[i]`
// thereafter, and is declared every `periods[i]` steps.
struct Simulation {
  int64_t steps = 1000;
  std::vector<double> periods;
  std::vector<double> costs;
  std::vector<double> later = costs;
  Spending spending = {};
  std::vector<int> times = {};

  void Measure(size_t i, int64_t step) {
    const double seconds = step == 0 ? costs[i] : later[i];
    spending.last[i] = {seconds, step};
    spending.measuring_seconds += seconds;
    ++times[i];
  }

  // Returns the share of the whole run that was measuring.
  double Run(double share) {
    const Budget budget(share, steps, periods);
    spending.last.resize(costs.size());
    times.resize(costs.size());
    for (size_t i = 0; i < costs.size(); ++i) Measure(i, 0);
    for (int64_t step = 1; step < steps; ++step) {
      spending.training_seconds += 1;
      spending.stretch = budget.Stretch(spending, step);
      for (size_t i = 0; i < costs.size(); ++i) {
        const bool declared = step % static_cast<int64_t>(periods[i]) == 0;
        if (declared && budget.Allows(i, spending, step)) Measure(i, step);
      }
    }
    spending.training_seconds += 1;
    for (size_t i = 0; i < costs.size(); ++i) Measure(i, steps);
    return spending.MeasuringShare();
  }
};

TEST(BudgetTest, WithConstantCostsTheShareEndsJustBelowTheBudget) {
  for (const double budget : {0.05, 0.1, 0.3, 0.5}) {
    Simulation run{.periods = {1, 5}, .costs = {1, 2}};
    const double share = run.Run(budget);
    EXPECT_LE(share, budget);
    EXPECT_GT(share, 0.9 * budget);
  }
}

// 0.1/0.9·1000 s pay for 111 s: step 0, the end and 9 times between, of 10 s each.
TEST(BudgetTest, AnAffordableNumberOfDearMeasurementsIsTaken) {
  Simulation run{.periods = {10}, .costs = {10}};
  EXPECT_LE(run.Run(0.1), 0.1);
  EXPECT_GE(run.times[0], 9);
}

TEST(BudgetTest, CadencesKeepTheirProportions) {
  Simulation run{.steps = 10000, .periods = {2, 20}, .costs = {1, 1}};
  run.Run(0.1);
  EXPECT_NEAR(static_cast<double>(run.times[0]) / run.times[1], 10, 1);
}

TEST(BudgetTest, ADearStepZeroLeavesLess) {
  Simulation cheap{.periods = {10}, .costs = {1}};
  Simulation dear{.periods = {10}, .costs = {30}, .later = {1}};
  EXPECT_LE(cheap.Run(0.1), 0.1);
  EXPECT_LE(dear.Run(0.1), 0.1);
  EXPECT_LT(dear.times[0], cheap.times[0]);
}

TEST(BudgetTest, AStepZeroBeyondTheBudgetLeavesTheEndOnly) {
  Simulation run{.periods = {10}, .costs = {1000}};
  run.Run(0.1);
  EXPECT_THAT(run.times, ElementsAre(2));
}

TEST(BudgetTest, AProbeThatBecomesSlowerIsStretchedOnceItWasMeasured) {
  Simulation run{.periods = {10}, .costs = {1}, .later = {20}};
  EXPECT_LE(run.Run(0.1), 0.1);
  EXPECT_THAT(run.times, ElementsAre(6));
}

TEST(BudgetTest, WhatCostsNothingKeepsItsCadence) {
  Simulation run{.periods = {10}, .costs = {0}};
  EXPECT_EQ(run.Run(0.01), 0);
  EXPECT_THAT(run.times, ElementsAre(101));
}

}  // namespace
}  // namespace geometer::trainer
