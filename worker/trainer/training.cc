#include "worker/trainer/training.h"

#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "worker/trainer/builders/play.h"
#include "worker/trainer/builders/tasks.h"

namespace geometer::trainer {
namespace {

int64_t TotalSteps(const v1::Stop& stop, int64_t steps_per_epoch) {
  switch (stop.limit_case()) {
    case v1::Stop::kSteps:
      return static_cast<int64_t>(stop.steps());
    case v1::Stop::kEpochs:
      return std::max<int64_t>(1,
                               std::llround(stop.epochs() * static_cast<double>(steps_per_epoch)));
    case v1::Stop::LIMIT_NOT_SET:
      break;
  }
  return 0;
}

// Pictures are augmented on the CPU, so training pictures that will be stay there.
void MoveData(Task& task, const at::Device& device) {
  if (task.augmentation.empty()) task.data.train = task.data.train.To(device);
  task.data.validation = task.data.validation.To(device);
  task.data.test = task.data.test.To(device);
}

absl::Status BuildUpdates(const v1::Learner& learner, Training& training) {
  auto rule = BuildOptimizer(learner.optimizer());
  if (!rule.ok()) return rule.status();
  auto rates = BuildSchedule(learner.schedule());
  if (!rates.ok()) return rates.status();
  training.rule = *std::move(rule);
  training.rates = *std::move(rates);
  if (training.rates.reference_batch > 0) {
    training.rule.learning_rate *=
        static_cast<double>(training.tasks[0].batches.size) / training.rates.reference_batch;
  }
  return absl::OkStatus();
}

// Updates are in place, so each run needs its own.
geometry::Variables Copied(const geometry::Variables& variables) {
  geometry::Variables copy = variables;
  for (geometry::Tensors* tensors : {&copy.parameters, &copy.buffers}) {
    for (at::Tensor& tensor : *tensors) tensor = tensor.clone();
  }
  return copy;
}

}  // namespace

at::TensorOptions OptionsOf(const v1::JobSpec& spec) {
  const bool cuda = spec.resources().device() == v1::DEVICE_CUDA;
  return at::TensorOptions(cuda ? at::kCUDA : at::kCPU)
      .dtype(spec.dtype() == v1::DTYPE_FLOAT64 ? at::kDouble : at::kFloat);
}

double Training::Rate(const State& state) const {
  if (play != nullptr) return play->Rate(0, state.step, total_steps);
  if (rates.adaptive != nullptr) return state.last_rate.value_or(rule.learning_rate);
  return rates.Rate(rule.learning_rate, state.step, total_steps);
}

int64_t Training::ExamplesBefore(int64_t step) const {
  int64_t examples = 0;
  for (size_t i = 0; i < tasks.size(); ++i) {
    examples += tasks[i].batches.size * plan.VisitsBefore(static_cast<int64_t>(i), step);
  }
  return examples;
}

absl::StatusOr<Training> BuildTraining(const v1::JobSpec& spec,
                                       const std::vector<geometry::Dataset>& data) {
  Training training;
  training.seed = spec.seed();
  training.options = OptionsOf(spec);
  training.bfloat16 = spec.precision() == v1::PRECISION_BFLOAT16;
  training.loading_threads = static_cast<int>(spec.resources().loading_threads());
  absl::Status status =
      spec.has_game() ? BuildPlay(spec, data, training) : BuildTasks(spec, data, training);
  if (status.ok() && !spec.has_game()) status = BuildUpdates(spec.learners(0), training);
  if (!status.ok()) return status;
  training.total_steps = TotalSteps(spec.stop(), training.steps_per_epoch);
  if (spec.has_budget() && spec.budget() < 1) training.budget = spec.budget();
  if (training.total_steps < 1) return absl::InvalidArgumentError("stop: no limit is given");
  for (std::vector<Task>* tasks : {&training.tasks, &training.outside}) {
    for (Task& task : *tasks) MoveData(task, training.options.device());
  }
  return training;
}

State InitialState(const Training& training) {
  State state;
  state.variables = training.start ? Copied(*training.start)
                                   : training.model->Initialize(training.seed, training.options);
  const std::vector<std::string>& names = training.model->parameter_names();
  if (training.play == nullptr) {
    state.optimizer = training.rule.optimizer->InitialState(names, state.variables.parameters);
    return state;
  }
  const geometry::Profile profile = training.play->ProfileOf(state.variables.parameters);
  for (size_t i = 0; i < profile.size(); ++i) {
    const Player& player = training.play->players[i];
    const auto first = names.begin() + static_cast<int64_t>(player.first);
    std::ranges::move(player.rule.optimizer->InitialState(
                          {first, first + static_cast<int64_t>(player.parameters)}, profile[i]),
                      std::back_inserter(state.optimizer));
  }
  return state;
}

bool IsFinite(const State& state) {
  const auto finite = [](const at::Tensor& tensor) {
    return at::isfinite(tensor).all().item<bool>();
  };
  return std::all_of(state.variables.parameters.begin(), state.variables.parameters.end(),
                     finite) &&
         std::all_of(state.variables.buffers.begin(), state.variables.buffers.end(), finite);
}

}  // namespace geometer::trainer
