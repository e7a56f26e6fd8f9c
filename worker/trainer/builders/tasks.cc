#include "worker/trainer/builders/tasks.h"

#include <ATen/ops/zeros.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/contract/data_facts.h"
#include "worker/geometry/combinations/cagrad.h"
#include "worker/geometry/combinations/pcgrad.h"
#include "worker/geometry/datasets/derived.h"
#include "worker/geometry/models/head.h"
#include "worker/geometry/objectives/weighted.h"
#include "worker/trainer/builders/batches.h"
#include "worker/trainer/builders/model.h"
#include "worker/trainer/builders/objective.h"

namespace geometer::trainer {
namespace {

using google::protobuf::util::MessageDifferencer;

// The tasks of a learner; of one without any, the one that it is.
std::vector<v1::Task> SpecsOf(const v1::Learner& learner) {
  if (learner.has_multitask()) {
    return {learner.multitask().tasks().begin(), learner.multitask().tasks().end()};
  }
  v1::Task only;
  only.set_weight(1);
  only.set_turn(1);
  return {only};
}

geometry::Dataset DataOf(const v1::Task& spec, const geometry::Dataset& data, uint64_t seed) {
  geometry::Dataset own = data;
  if (spec.classes_size() > 0) {
    own = geometry::OfClasses(own, {spec.classes().begin(), spec.classes().end()}, spec.own_head());
  }
  switch (spec.inputs().change_case()) {
    case v1::TaskInputs::kPermuted:
      return geometry::Permuted(own, seed, spec.name());
    case v1::TaskInputs::kRotated:
      return geometry::Rotated(own, spec.inputs().rotated().degrees());
    case v1::TaskInputs::CHANGE_NOT_SET:
      break;
  }
  return own;
}

// Whether two tasks see the same examples, and so the same batches. Each permutation is another.
bool ShareExamples(const v1::JobSpec& job, v1::Task a, v1::Task b) {
  if (a.inputs().has_permuted() || b.inputs().has_permuted()) return false;
  if (contract::DataIndexOf(job, a) != contract::DataIndexOf(job, b)) return false;
  for (v1::Task* task : {&a, &b}) {
    task->clear_data();
    task->clear_name();
    task->clear_weight();
    task->clear_turn();
    task->clear_objective();
    task->clear_own_head();
  }
  return MessageDifferencer::Equals(a, b);
}

std::string StreamOf(const v1::JobSpec& job, const std::vector<v1::Task>& specs, size_t task) {
  const auto first = std::ranges::find_if(
      specs, [&](const v1::Task& other) { return ShareExamples(job, other, specs[task]); });
  const std::string& name = first == specs.end() ? specs[task].name() : first->name();
  return name.empty() ? "" : absl::StrCat("/task/", name);
}

const v1::Objective& ObjectiveOf(const v1::Learner& learner, const v1::Task& task) {
  return task.has_objective() ? task.objective() : learner.objective();
}

// The network's outputs: those that tasks share, then each head's.
absl::Status BuildNetwork(const v1::Learner& learner, const std::vector<v1::Task>& specs,
                          Training& training) {
  const geometry::Dataset& data = training.tasks[0].data;
  int64_t shared = 0, own = 0;
  const auto outputs_of = [&](size_t task) {
    return OutputsOf(ObjectiveOf(learner, specs[task]), training.tasks[task].data);
  };
  for (size_t i = 0; i < specs.size(); ++i) {
    const geometry::Dataset& other = training.tasks[i].data;
    if (other.train.shape() != data.train.shape()) {
      return absl::InvalidArgumentError(
          absl::StrCat("multitask.tasks: must have inputs of one shape, got ", specs[i].name(),
                       " with [", absl::StrJoin(other.train.shape(), ", "), "] after [",
                       absl::StrJoin(data.train.shape(), ", "), "]"));
    }
    if (specs[i].own_head()) {
      own += outputs_of(i);
      continue;
    }
    if (shared != 0 && shared != outputs_of(i)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "multitask.tasks: those without own_head must have equally many outputs, got ",
          specs[i].name(), " with ", outputs_of(i), " after ", shared));
    }
    shared = outputs_of(i);
  }
  const int64_t outputs = shared + own;
  auto model = BuildModel(learner.model(), data.train.shape().vec(), outputs);
  if (!model.ok()) return model.status();
  training.model = *std::move(model);
  int64_t next = shared;
  for (size_t i = 0; i < specs.size(); ++i) {
    Task& task = training.tasks[i];
    const int64_t count = outputs_of(i);
    task.model = count == outputs
                     ? training.model
                     : geometry::MakeHead(training.model, specs[i].own_head() ? next : 0, count);
    if (specs[i].own_head()) next += count;
  }
  return absl::OkStatus();
}

// What changes the loss: noise and penalties.
absl::Status BuildDisturbances(const v1::Learner& learner, Task& task) {
  for (const v1::Noise& spec : learner.noise()) {
    auto noise = BuildNoise(spec, task.data);
    if (!noise.ok()) return noise.status();
    task.noise.push_back(*std::move(noise));
  }
  for (const v1::Regularizer& regularizer : learner.regularizers()) {
    const at::Tensor input = task.data.train.Take(at::zeros({1}, at::kLong)).inputs;
    if (absl::Status status = CheckLayer(regularizer, *task.model, input); !status.ok()) {
      return status;
    }
    auto penalty = BuildRegularizer(regularizer, task.data);
    if (!penalty.ok()) return penalty.status();
    task.penalties.push_back(*std::move(penalty));
  }
  return absl::OkStatus();
}

absl::Status BuildTask(const v1::Learner& learner, const v1::Task& spec, uint64_t seed,
                       Task& task) {
  auto objective = BuildObjective(ObjectiveOf(learner, spec), task.data, {task.model.get(), seed});
  if (!objective.ok()) return objective.status();
  task.objective = *std::move(objective);
  task.weighted =
      spec.weight() == 1 ? task.objective : geometry::MakeWeighted(task.objective, spec.weight());
  auto batches = BuildBatches(learner.batches(), task.data.train.size());
  if (!batches.ok()) return batches.status();
  task.batches = *batches;
  return BuildDisturbances(learner, task);
}

// The data sets that detection probes name, as tasks that nothing is trained on.
absl::Status AddOutside(const v1::JobSpec& spec, const std::vector<geometry::Dataset>& data,
                        Training& training) {
  const Task& first = training.tasks[0];
  for (int i = 0; i < spec.data_size(); ++i) {
    if (!contract::IsOutside(spec, spec.data(i))) continue;
    const at::IntArrayRef shape = data[i].train.shape(), needed = first.data.train.shape();
    if (shape != needed) {
      return absl::InvalidArgumentError(
          absl::StrCat("data ", spec.data(i).name(), ": must have inputs of the shape [",
                       absl::StrJoin(needed, ", "), "], as the learner's, got [",
                       absl::StrJoin(shape, ", "), "]"));
    }
    Task task;
    task.name = spec.data(i).name();
    task.data = data[i];
    task.model = first.model;
    task.objective = task.weighted = first.objective;
    training.outside.push_back(std::move(task));
  }
  return absl::OkStatus();
}

absl::StatusOr<geometry::TaskOrder> ToOrder(const v1::Learner& learner) {
  if (!learner.has_multitask()) return geometry::TaskOrder::kSimultaneous;
  switch (learner.multitask().order()) {
    case v1::TASK_ORDER_SIMULTANEOUS:
      return geometry::TaskOrder::kSimultaneous;
    case v1::TASK_ORDER_SEQUENTIAL:
      return geometry::TaskOrder::kSequential;
    case v1::TASK_ORDER_RANDOM:
      return geometry::TaskOrder::kRandom;
    case v1::TASK_ORDER_PALINDROMIC:
      return geometry::TaskOrder::kPalindromic;
    default:
      return absl::InvalidArgumentError("multitask.order: not known to this trainer");
  }
}

absl::StatusOr<std::unique_ptr<geometry::Combination>> BuildCombination(
    const v1::Learner& learner) {
  const v1::Combination& spec = learner.multitask().combination();
  if (!learner.has_multitask()) return geometry::MakeSum();
  switch (spec.kind_case()) {
    case v1::Combination::kSum:
      return geometry::MakeSum();
    case v1::Combination::kPcgrad:
      return geometry::MakePcgrad();
    case v1::Combination::kCagrad:
      return geometry::MakeCagrad(spec.cagrad().radius());
    case v1::Combination::KIND_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("multitask.combination: none that this trainer knows");
}

}  // namespace

int64_t StepsPerEpoch(const std::vector<Task>& tasks, const geometry::TaskPlan& plan) {
  int64_t rounds = 0;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const int64_t visits = plan.IsSimultaneous() ? 1 : plan.turns[i];
    const int64_t steps = tasks[i].batches.StepsPerEpoch();
    rounds = std::max(rounds, (steps + visits - 1) / visits);
  }
  return rounds * plan.StepsPerRound();
}

geometry::Augmentation AugmentationOf(const v1::Dataset& spec) {
  return {spec.augmentation().crop(), spec.augmentation().flip()};
}

absl::Status BuildTasks(const v1::JobSpec& spec, const std::vector<geometry::Dataset>& data,
                        Training& training) {
  const v1::Learner& learner = spec.learners(0);
  const std::vector<v1::Task> specs = SpecsOf(learner);
  const auto order = ToOrder(learner);
  if (!order.ok()) return order.status();
  auto combination = BuildCombination(learner);
  if (!combination.ok()) return combination.status();
  training.plan = {training.seed, *order, {}};
  training.combination = *std::move(combination);
  training.corrects_bracket = learner.multitask().bracket_correction();
  for (size_t i = 0; i < specs.size(); ++i) {
    const int index = contract::DataIndexOf(spec, specs[i]);
    Task task;
    task.name = specs[i].name();
    task.data = DataOf(specs[i], data[index], training.seed);
    task.augmentation = AugmentationOf(spec.data(index));
    task.stream = StreamOf(spec, specs, i);
    training.tasks.push_back(std::move(task));
    training.plan.turns.push_back(specs[i].turn());
  }
  if (absl::Status status = BuildNetwork(learner, specs, training); !status.ok()) return status;
  for (size_t i = 0; i < specs.size(); ++i) {
    absl::Status status = BuildTask(learner, specs[i], training.seed, training.tasks[i]);
    if (!status.ok()) return status;
  }
  if (absl::Status status = AddOutside(spec, data, training); !status.ok()) return status;
  training.steps_per_epoch = StepsPerEpoch(training.tasks, training.plan);
  return absl::OkStatus();
}

}  // namespace geometer::trainer
