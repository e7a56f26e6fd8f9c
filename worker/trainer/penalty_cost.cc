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
  const geometry::Examples batch = Batches(training).At(0);
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

}  // namespace

PenaltyCost TimePenalties(Training& training, double seconds) {
  std::vector<WeightedPenalty> all = std::exchange(training.penalties, {});
  const double each = seconds / static_cast<double>(1 + all.size());
  PenaltyCost cost{.plain = LeastSeconds(training, each)};
  for (WeightedPenalty& penalty : all) {
    training.penalties.push_back(
        {.weight = 1,
         .schedule = {.schedule = geometry::MakeConstant(), .adaptive = nullptr},
         .regularizer = std::move(penalty.regularizer)});
    cost.extra.push_back(std::max(0.0, LeastSeconds(training, each) - cost.plain));
    penalty.regularizer = std::move(training.penalties.back().regularizer);
    training.penalties.clear();
  }
  training.penalties = std::move(all);
  return cost;
}

}  // namespace geometer::trainer
