#include "worker/geometry/task_order.h"

#include <algorithm>
#include <numeric>

#include "worker/geometry/random.h"

namespace geometer::geometry {

int64_t TaskPlan::StepsPerRound() const {
  return IsSimultaneous() ? 1 : std::reduce(turns.begin(), turns.end());
}

std::vector<int64_t> TaskPlan::Round(int64_t round) const {
  std::vector<int64_t> tasks(turns.size());
  std::iota(tasks.begin(), tasks.end(), 0);
  if (order == TaskOrder::kPalindromic && round % 2 == 1) std::ranges::reverse(tasks);
  if (order == TaskOrder::kRandom) {
    const at::Tensor drawn =
        Permutation(static_cast<int64_t>(tasks.size()), MakeGenerator(seed, "tasks", round));
    std::copy_n(drawn.const_data_ptr<int64_t>(), tasks.size(), tasks.begin());
  }
  return tasks;
}

std::vector<int64_t> TaskPlan::TasksAt(int64_t step) const {
  if (IsSimultaneous()) {
    std::vector<int64_t> all(turns.size());
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  int64_t left = step % StepsPerRound();
  for (const int64_t task : Round(step / StepsPerRound())) {
    if (left < turns[task]) return {task};
    left -= turns[task];
  }
  TORCH_CHECK(false, "expected a turn for step ", step);
}

int64_t TaskPlan::VisitsBefore(int64_t task, int64_t step) const {
  if (IsSimultaneous()) return step;
  const int64_t rounds = step / StepsPerRound();
  int64_t left = step % StepsPerRound();
  for (const int64_t earlier : Round(rounds)) {
    if (earlier == task) break;
    left -= turns[earlier];
  }
  return rounds * turns[task] + std::clamp<int64_t>(left, 0, turns[task]);
}

bool TaskPlan::SwitchesAt(int64_t step) const {
  return step > 0 && !IsSimultaneous() && TasksAt(step) != TasksAt(step - 1);
}

}  // namespace geometer::geometry
