#include "worker/trainer/measuring.h"

#include <ATen/ops/cdist.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <tuple>

#include "tests/worker/geometry/function_model.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

std::vector<Sample> SamplesOf(const v1::JobSpec& spec) {
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {{}, spec.seed(), at::kFloat});
  const Training training = BuildTraining(spec, {*data}).value();
  return Measuring::Make(spec, training)->Samples();
}

// All values of float64 measurements of the first and the last step, with `chunk` examples at once.
std::vector<double> ValuesInChunks(const char* job, uint32_t chunk) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  v1::JobSpec spec = WithAllProbes(Job(job, {"dtype=float64", "stop.steps=1"}), 1);
  for (v1::Probe& probe : *spec.mutable_probes()) probe.set_chunk(chunk);
  EXPECT_EQ(RunIn(folder.path(), spec, recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  std::vector<double> values;
  for (const v1::Points& points : recorder.Points()) {
    values.insert(values.end(), points.value().begin(), points.value().end());
  }
  return values;
}

class ChunkTest : public testing::TestWithParam<const char*> {};

TEST_P(ChunkTest, AShortLastChunkChangesNothingBeyondRounding) {
  const std::vector<double> whole = ValuesInChunks(GetParam(), 6);
  const std::vector<double> parts = ValuesInChunks(GetParam(), 4);  // 4 examples, then 2
  ASSERT_EQ(parts.size(), whole.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    if (std::isnan(whole[i]) && std::isnan(parts[i])) continue;
    EXPECT_NEAR(parts[i], whole[i], 1e-8 * (1 + std::abs(whole[i]))) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(FunctionMlpResnet, ChunkTest,
                         testing::Values(kFunctionJob, kMlpJob, kResnetJob));

TEST(MeasuringTest, ASampleHasDistinctExamplesOfItsSize) {
  const auto samples = SamplesOf(Job(kFunctionJob, {"probes[0].examples=4"}));
  const at::Tensor indices = samples.at(0).indices;
  const std::set<int64_t> distinct(indices.data_ptr<int64_t>(),
                                   indices.data_ptr<int64_t>() + indices.numel());
  EXPECT_EQ(distinct.size(), 4u);
}

TEST(MeasuringTest, AnotherProbeDoesNotChangeTheSampleOfTheFirst) {
  const v1::JobSpec one = Job(kFunctionJob, {"probes[0].examples=4"});
  const v1::JobSpec two =
      Job(kFunctionJob, {"probes=[{gradient_norm: {}, every: {steps: 1}, examples: 3}, {loss: {}, "
                         "every: {steps: 9}, examples: 4}]"});
  EXPECT_TRUE(at::equal(SamplesOf(one).at(0).indices, SamplesOf(two).at(1).indices));
}

TEST(MeasuringTest, TheSampleDependsOnTheSeed) {
  const auto sample = [](const char* seed) {
    return SamplesOf(Job(kFunctionJob, {"data.function.train=100", "probes[0].examples=50", seed}))
        .at(0)
        .indices;
  };
  EXPECT_FALSE(at::equal(sample("seed=0"), sample("seed=1")));
}

TEST(MeasuringTest, AProbeThatReadsNoDataIsMeasuredOnceAndHasNoSplit) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), WithAllProbes(Job(kFunctionJob), 10), recorder);
  EXPECT_THAT(recorder.StepsOf("parameter_norm"), testing::ElementsAre(0, 10));
  EXPECT_THAT(recorder.StepsOf("gradient_norm"), testing::ElementsAre(0, 0, 0, 10, 10, 10));
}

// A server refuses a record of more than 10,000 points.
TEST(MeasuringTest, ManyPointsOfOneStepComeInSeveralRecords) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(),
        Job(kFunctionJob, {"data.function.train=6000", "stop.steps=1", "checkpoint={}",
                           "probes=[{geometric_complexity: {by_example: true}, every: {steps: 1}, "
                           "examples: 6000, chunk: 6000}]"}),
        recorder);
  EXPECT_EQ(recorder.ValuesOf("example_geometric_complexity").size(), 2 * 6000u);
  for (const v1::Points& points : recorder.Points()) EXPECT_LE(points.step_size(), 5000);
}

// GC 5
TEST(MeasuringTest, TheExcessRiskIsTrainMinusTestAccuracy) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  RunIn(folder.path(),
        Job(kMlpJob, {"probes=[{loss: {}, splits: [test, train], every: {steps: 1}}, "
                      "{loss: {}, name: one_split, splits: [train], every: {steps: 1}}]"}),
        recorder);
  const std::vector<double> accuracies = recorder.ValuesOf("accuracy");  // test, train, train
  const std::vector<double> risks = recorder.ValuesOf("excess_risk");
  ASSERT_EQ(risks.size(), 11u);
  ASSERT_EQ(accuracies.size(), 3 * risks.size());
  for (size_t i = 0; i < risks.size(); ++i) {
    EXPECT_EQ(risks[i], accuracies[3 * i + 1] - accuracies[3 * i]) << i;
  }
  EXPECT_NE(risks.back(), 0);
}

constexpr char kTwoTasks[] =
    "learner.multitask={order: sequential, tasks: [{name: a, turn: 3}, {name: b, weight: 0.5, "
    "inputs: {permuted: {}}}]}";

// Quantity, task and step of all points of the probe "p".
std::set<std::tuple<std::string, std::string, int64_t>> PlacesOf(const std::string& probe) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  RunIn(folder.path(), Job(kMlpJob, {kTwoTasks, "probes=[" + probe + "]"}), recorder);
  std::set<std::tuple<std::string, std::string, int64_t>> places;
  for (const v1::Points& points : recorder.Points()) {
    for (int i = 0; i < points.step_size(); ++i) {
      const v1::Series& series = points.series(static_cast<int>(points.series_index(i)));
      if (series.probe() != "p") continue;
      places.insert({series.quantity(), series.task(), points.step(i)});
    }
  }
  return places;
}

// Turns of 3 and 1 updates: after the steps 3, 4, 7 and 8 the task is another.
TEST(MeasuringTest, EachTaskHasSeriesOfItsOwnAtEverySwitch) {
  std::set<std::tuple<std::string, std::string, int64_t>> expected;
  for (const char* quantity : {"loss", "accuracy"}) {
    for (const char* task : {"a", "b"}) {
      for (const int64_t step : {0, 3, 4, 7, 8, 10}) expected.insert({quantity, task, step});
    }
  }
  EXPECT_EQ(PlacesOf("{name: p, loss: {}, every: {task_switch: {}}}"), expected);
}

// GD 4.4
TEST(MeasuringTest, TheBracketIsThatOfEachPairOfTasks) {
  const auto places = PlacesOf("{name: p, lie_bracket: {measured: true}, every: {steps: 10}}");
  EXPECT_TRUE(places.contains({"bracket_norm", "a+b", 0}));
  EXPECT_TRUE(places.contains({"order_difference", "a+b", 10}));
  for (const auto& [quantity, task, step] : places) EXPECT_EQ(task, "a+b");
}

// Distances of the inputs to one parameter, which LibTorch differentiates once only.
Training DistanceTraining(const v1::JobSpec& spec) {
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {{}, spec.seed(), at::kFloat});
  Training training = BuildTraining(spec, {*data}).value();
  training.tasks[0].model = std::make_shared<geometry::FunctionModel>(
      [](at::TensorList p, const at::Tensor& x) { return at::cdist(x, p[0], /*p=*/3); });
  return training;
}

// The status of the probe `kind` on that network.
absl::Status MeasureDistances(const std::string& kind) {
  const v1::JobSpec spec = Job(kFunctionJob, {"probes=[{" + kind + ": {}, every: {steps: 1}}]"});
  const Training training = DistanceTraining(spec);
  State state;
  state.variables.parameters = {at::ones({1, 1})};
  Recorder recorder;
  Pulse pulse(recorder, training);
  return Measuring::Make(spec, training)->Measure(state, pulse, /*everything=*/true).status();
}

TEST(MeasuringTest, AProbeWithoutItsDerivativeRefusesTheJobByName) {
  EXPECT_TRUE(MeasureDistances("gradient_norm").ok());
  const absl::Status status = MeasureDistances("hessian_top");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              testing::AllOf(testing::StartsWith("probe hessian_top: "),
                             testing::HasSubstr("_cdist_backward"),
                             testing::HasSubstr("Leave out the probe")));
}

// How many records the loss leaves where a run, resumed at a step of its cadence, diverges there
// and measures everything: that depends on the step of the last measurement in its spending.
size_t RecordsAfterResume(int64_t measured_step) {
  const v1::JobSpec spec = Job(kFunctionJob, {"budget=0.5"});
  DatasetLoader loader;
  const auto data = loader.Load(spec.data(0), {{}, spec.seed(), at::kFloat});
  const Training training = BuildTraining(spec, {*data}).value();
  State state = InitialState(training);
  state.step = 4;
  state.spending.last = {{1, measured_step}};
  Measuring measuring = Measuring::Make(spec, training).value();
  measuring.Resume(state);
  Recorder recorder;
  Pulse pulse(recorder, training);
  return measuring.Measure(state, pulse, /*everything=*/true)->size();
}

TEST(MeasuringTest, AStepThatABudgetSkippedBeforeAResumeMayStillBeMeasured) {
  EXPECT_EQ(RecordsAfterResume(4), 0u);
  EXPECT_GT(RecordsAfterResume(0), 0u);
}

TEST(MeasuringTest, AllColumnsOfPointsHaveOneLength) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), WithAllProbes(Job(kFunctionJob), 5), recorder);
  for (const v1::Points& points : recorder.Points()) {
    const int size = points.step_size();
    EXPECT_EQ(points.series_index_size(), size);
    EXPECT_EQ(points.value_size(), size);
    EXPECT_EQ(points.convergence_size(), size);
    EXPECT_EQ(points.elapsed_size(), size);
  }
}

}  // namespace
}  // namespace geometer::trainer
