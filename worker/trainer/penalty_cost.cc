#include "worker/trainer/penalty_cost.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "worker/geometry/schedules/constant.h"
#include "worker/trainer/batch_loss.h"
#include "worker/trainer/batches.h"

namespace geometer::trainer {
namespace {

using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The least seconds of one loss and gradient with the penalties that `training` has now.
double LeastSeconds(const Training& training, double seconds) {
  const State state = InitialState(training);
  const UpdateBatch batch = Batches(training).At(0);
  const BatchLoss loss(training, batch, state);
  loss.At(state.variables.parameters);
  double least = std::numeric_limits<double>::infinity();
  const Clock::time_point begin = Clock::now();
  do {
    const Clock::time_point start = Clock::now();
    loss.At(state.variables.parameters);
    least = std::min(least, Since(start));
  } while (Since(begin) < seconds);
  return least;
}

// The penalties of each task.
using Penalties = std::vector<std::vector<WeightedPenalty>>;

Penalties TakePenalties(Training& training) {
  Penalties taken;
  for (Task& task : training.tasks) taken.push_back(std::exchange(task.penalties, {}));
  return taken;
}

// Makes `penalty` of every task the only one, in full force.
void Use(Penalties& all, size_t penalty, Training& training) {
  for (size_t i = 0; i < training.tasks.size(); ++i) {
    training.tasks[i].penalties.push_back(
        {.weight = 1,
         .schedule = {.schedule = geometry::MakeConstant(), .adaptive = nullptr},
         .regularizer = std::move(all[i][penalty].regularizer)});
  }
}

void PutBack(size_t penalty, Training& training, Penalties& all) {
  for (size_t i = 0; i < training.tasks.size(); ++i) {
    all[i][penalty].regularizer = std::move(training.tasks[i].penalties.back().regularizer);
    training.tasks[i].penalties.clear();
  }
}

}  // namespace

PenaltyCost TimePenalties(Training& training, double seconds) {
  Penalties all = TakePenalties(training);
  const double each = seconds / static_cast<double>(1 + all[0].size());
  PenaltyCost cost{.plain = LeastSeconds(training, each)};
  for (size_t penalty = 0; penalty < all[0].size(); ++penalty) {
    Use(all, penalty, training);
    cost.extra.push_back(std::max(0.0, LeastSeconds(training, each) - cost.plain));
    PutBack(penalty, training, all);
  }
  for (size_t i = 0; i < all.size(); ++i) training.tasks[i].penalties = std::move(all[i]);
  return cost;
}

}  // namespace geometer::trainer
