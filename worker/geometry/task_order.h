#pragma once

#include <cstdint>
#include <vector>

namespace geometer::geometry {

// Which tasks an update is on (GD 4).
enum class TaskOrder {
  kSimultaneous,  // all of them
  kSequential,    // 0 … T−1, again and again
  kRandom,        // a new random order each round
  kPalindromic,   // 0 … T−1, T−1 … 0, again and again
};

// How the tasks of a run take turns. A round gives every task its turn once, unless all take part
// in every update.
struct TaskPlan {
  uint64_t seed = 0;
  TaskOrder order = TaskOrder::kSimultaneous;
  std::vector<int64_t> turns{1};  // updates of each task's turn

  bool IsSimultaneous() const { return order == TaskOrder::kSimultaneous || turns.size() == 1; }
  int64_t StepsPerRound() const;

  // The tasks of the update after `step` completed ones, in the order of the list. Functions of the
  // seed and the step alone (stream "tasks", index the round). Cost: O(T).
  std::vector<int64_t> TasksAt(int64_t step) const;

  // How many of the first `step` updates `task` takes part in.
  int64_t VisitsBefore(int64_t task, int64_t step) const;

  // Whether the update after `step` is on other tasks than the one before it.
  bool SwitchesAt(int64_t step) const;

 private:
  std::vector<int64_t> Round(int64_t round) const;  // the tasks in their order
};

}  // namespace geometer::geometry
