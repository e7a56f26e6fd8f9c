#include "worker/geometry/task_order.h"

#include <gmock/gmock.h>

#include <set>

namespace geometer::geometry {
namespace {

using testing::ElementsAre;

// The tasks of the first updates, where each is on one.
std::vector<int64_t> First(const TaskPlan& plan, int64_t steps) {
  std::vector<int64_t> tasks;
  for (int64_t step = 0; step < steps; ++step) tasks.push_back(plan.TasksAt(step).at(0));
  return tasks;
}

TEST(TaskOrderTest, SimultaneousUpdatesAreOnAllTasks) {
  const TaskPlan plan{0, TaskOrder::kSimultaneous, {1, 1, 1}};
  EXPECT_THAT(plan.TasksAt(7), ElementsAre(0, 1, 2));
  EXPECT_EQ(plan.VisitsBefore(1, 7), 7);
  EXPECT_FALSE(plan.SwitchesAt(7));
}

TEST(TaskOrderTest, SequentialTurnsFollowTheListAgainAndAgain) {
  const TaskPlan plan{0, TaskOrder::kSequential, {2, 1}};
  EXPECT_THAT(First(plan, 7), ElementsAre(0, 0, 1, 0, 0, 1, 0));
}

// GD 4.2: 1, 2, 2, 1.
TEST(TaskOrderTest, APalindromeGoesForthAndBack) {
  const TaskPlan plan{0, TaskOrder::kPalindromic, {1, 2}};
  EXPECT_THAT(First(plan, 8), ElementsAre(0, 1, 1, 1, 1, 0, 0, 1));
}

TEST(TaskOrderTest, ARandomRoundHasEveryTaskInItsOwnOrder) {
  const TaskPlan plan{5, TaskOrder::kRandom, {1, 1, 1}};
  std::set<std::vector<int64_t>> rounds;
  const std::vector<int64_t> tasks = First(plan, 60);
  for (size_t i = 0; i < tasks.size(); i += 3) {
    const std::vector<int64_t> round(tasks.begin() + i, tasks.begin() + i + 3);
    EXPECT_THAT(round, testing::UnorderedElementsAre(0, 1, 2));
    rounds.insert(round);
  }
  EXPECT_GT(rounds.size(), 3u);
  EXPECT_EQ(First({5, TaskOrder::kRandom, {1, 1, 1}}, 60), tasks);
  EXPECT_NE(First({6, TaskOrder::kRandom, {1, 1, 1}}, 60), tasks);
}

TEST(TaskOrderTest, VisitsAndSwitchesAreThoseOfTheTurns) {
  for (const TaskOrder order :
       {TaskOrder::kSequential, TaskOrder::kRandom, TaskOrder::kPalindromic}) {
    const TaskPlan plan{1, order, {2, 3, 1}};
    std::vector<int64_t> visits(3);
    int64_t before = -1;
    for (int64_t step = 0; step < 40; ++step) {
      for (int64_t task = 0; task < 3; ++task) {
        EXPECT_EQ(plan.VisitsBefore(task, step), visits[task]) << task << " before " << step;
      }
      const int64_t now = plan.TasksAt(step)[0];
      EXPECT_EQ(plan.SwitchesAt(step), step > 0 && now != before) << step;
      before = now;
      ++visits[now];
    }
  }
}

}  // namespace
}  // namespace geometer::geometry
