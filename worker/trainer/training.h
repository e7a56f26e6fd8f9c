#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"
#include "worker/geometry/combinations/combination.h"
#include "worker/geometry/datasets/dataset.h"
#include "worker/geometry/models/model.h"
#include "worker/geometry/task_order.h"
#include "worker/trainer/budget.h"
#include "worker/trainer/builders/optimizer.h"
#include "worker/trainer/builders/schedule.h"
#include "worker/trainer/play.h"
#include "worker/trainer/task.h"

namespace geometer::trainer {

struct State;

// All of a run that does not change while it runs: the objects that an explicit spec describes.
struct Training {
  uint64_t seed = 0;
  at::TensorOptions options;  // dtype and device of parameters and data
  bool bfloat16 = false;      // products of training in bfloat16
  int loading_threads = 0;    // that prepare batches; changes no bit
  std::shared_ptr<const geometry::Model> model;
  std::optional<geometry::Variables> start;            // where it starts; absent: fresh variables
  std::vector<Task> tasks;                             // one at least
  std::vector<Task> outside;                           // data that only probes look at, named so
  geometry::TaskPlan plan;                             // of the tasks' turns
  std::unique_ptr<geometry::Combination> combination;  // of their gradients
  bool corrects_bracket = false;                       // after each round of turns
  UpdateRule rule;
  RateRule rates;
  // Of a game, whose players have rules and rates of their own, and whose network is the first
  // player's of the second's.
  std::unique_ptr<Play> play;
  int64_t steps_per_epoch = 0;  // in which every task's training split is seen once or more
  int64_t total_steps = 0;
  std::optional<double> budget;  // share of the run's time for measuring; absent: no limit

  // The learning rate in force at `state`: of the next update, or, where each update finds its own,
  // of the last one (before the first: the declared rate). Of a game the first player's.
  double Rate(const State& state) const;

  // The training examples that the first `step` updates see.
  int64_t ExamplesBefore(int64_t step) const;
};

// Everything that changes while a run runs, and so all that a checkpoint must hold.
struct State {
  int64_t step = 0;                 // completed updates
  double flow_time = 0;             // the sum of their learning rates
  std::optional<double> last_rate;  // the learning rate of the last one
  geometry::Variables variables;
  geometry::NamedTensors optimizer;
  geometry::NamedTensors warm_starts;  // "<probe>/<split>/<name>"
  Spending spending;                   // of time, so beyond any bitwise promise
};

// Dtype and device of the parameters and data of an explicit spec.
at::TensorOptions OptionsOf(const v1::JobSpec& spec);

// Builds what `spec`, explicit and valid, describes on its data sets `data`, in their order, and
// moves the data to its device. InvalidArgument: a part that this trainer does not know, or parts
// that do not fit each other.
absl::StatusOr<Training> BuildTraining(const v1::JobSpec& spec,
                                       const std::vector<geometry::Dataset>& data);

// The state before the first update.
State InitialState(const Training& training);

// Whether all parameters and buffers are finite numbers.
bool IsFinite(const State& state);

}  // namespace geometer::trainer
