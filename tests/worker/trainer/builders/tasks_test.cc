#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/batches.h"
#include "worker/trainer/datasets.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

// Training on 64 pictures of MNIST's format, in float64.
absl::StatusOr<Training> Build(std::vector<std::string> overrides) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  overrides.push_back("dtype=float64");
  const v1::JobSpec spec = Job(kMlpJob, overrides);
  std::vector<geometry::Dataset> data;
  for (const v1::Dataset& set : spec.data()) {
    data.push_back(DatasetLoader().Load(set, {folder.path(), spec.seed(), at::kDouble}).value());
  }
  return BuildTraining(spec, data);
}

// What the first update adds to the parameters.
at::Tensor FirstStep(const Training& training) {
  State state = InitialState(training);
  const at::Tensor before = geometry::Flatten(state.variables.parameters).clone();
  EXPECT_TRUE(MakeUpdate(training, Batches(training).At(0), state));
  return geometry::Flatten(state.variables.parameters) - before;
}

// GD 4.1: an update on several tasks follows the sum of their weighted gradients.
TEST(TasksTest, AnUpdateOnSeveralIsTheSumOfTheirs) {
  const std::string a = "{name: a, classes: [0, 1, 2, 3, 4]}";
  const std::string b = "{name: b, weight: 0.5, objective: {hinge: {}}}";
  const auto step = [](const std::string& list) {
    return FirstStep(
        Build({"learner.batches.full=true", "learner.multitask={tasks: [" + list + "]}"}).value());
  };
  EXPECT_TRUE(at::allclose(step(a + ", " + b), step(a) + step(b), 0, 1e-12));
}

// The loss of the only task is the learner's.
TEST(TasksTest, ATaskOfAllExamplesIsTheRunWithoutTasks) {
  EXPECT_TRUE(at::equal(
      FirstStep(
          Build({"learner.batches.full=true", "learner.multitask={tasks: [{name: a}]}"}).value()),
      FirstStep(Build({"learner.batches.full=true"}).value())));
}

// MG I.1.10, Deep SVDD: the target is the mean output of the network as training finds it.
TEST(TasksTest, AnInitialMeanIsThatOfTheFreshNetworkOverTheTrainingSplit) {
  const Training training =
      Build({"learner.objective={morse: {targets: initial_mean, dimension: 3, bandwidth: 2, "
             "noise_weight: 0}}"})
          .value();
  const State state = InitialState(training);
  const geometry::Examples all = training.tasks[0].data.train.All();
  const at::Tensor output = training.model
                                ->Forward(state.variables.parameters, state.variables.buffers,
                                          all.inputs, geometry::Mode::kEvaluation)
                                .output;
  const at::Tensor svdd = (output - output.mean(0)).square().sum(1).mean();
  EXPECT_NEAR(training.tasks[0].objective->Loss(output, all.targets).item<double>(),
              svdd.item<double>(), 1e-12);
}

TEST(TasksTest, AnUpdateOfOneHeadLeavesTheOthersAlone) {
  const Training training =
      Build({"learner.batches.size=4",
             "learner.multitask={order: sequential, tasks: [{name: a, classes: [7, 3], "
             "own_head: true}, {name: b}, {name: c, classes: [1, 2, 4], own_head: true}]}"})
          .value();
  State state = InitialState(training);
  const at::Tensor& weight = state.variables.parameters[2];  // [outputs, 16]
  ASSERT_EQ(weight.size(0), 10 + 2 + 3);                     // shared, a's, c's
  Batches batches(training);
  const std::pair<int64_t, int64_t> heads[] = {{10, 12}, {0, 10}, {12, 15}};
  for (const auto& [first, end] : heads) {
    const at::Tensor before = weight.clone();
    ASSERT_TRUE(MakeUpdate(training, batches.At(state.step), state));
    const at::Tensor changed = (weight != before).any(1);
    EXPECT_TRUE(changed.slice(0, first, end).all().item<bool>());
    EXPECT_EQ(changed.sum().item<int64_t>(), end - first);
  }
}

TEST(TasksTest, InputsOfTwoShapesAreRefused) {
  const auto training = Build(
      {"data=[{name: a, mnist: {train: 64, validation: 16, test: 20}}, {name: b, two_moons: {}}]",
       "learner.multitask={tasks: [{name: first}, {name: second, data: b, own_head: true}]}"});
  EXPECT_TRUE(absl::IsInvalidArgument(training.status()));
  EXPECT_THAT(
      std::string(training.status().message()),
      testing::HasSubstr("must have inputs of one shape, got second with [2] after [1, 8, 8]"));
}

TEST(TasksTest, ATaskWithFewerExamplesThanABatchIsRefused) {
  const auto training =
      Build({"learner.batches.size=64", "learner.multitask={tasks: [{name: a, classes: [1]}]}"});
  EXPECT_THAT(std::string(training.status().message()), testing::HasSubstr("batches.size"));
}

TEST(TasksTest, AnEpochLastsUntilEveryTaskHasSeenItsExamples) {
  const auto epoch = [](const std::string& multitask) {
    return Build({"learner.batches.size=16", "learner.multitask=" + multitask})->steps_per_epoch;
  };
  EXPECT_EQ(epoch("{tasks: [{name: a}, {name: b}]}"), 4);
  EXPECT_EQ(epoch("{order: random, tasks: [{name: a}, {name: b}]}"), 8);
  EXPECT_EQ(epoch("{order: sequential, tasks: [{name: a, turn: 3}, {name: b}]}"), 16);
}

}  // namespace
}  // namespace geometer::trainer
