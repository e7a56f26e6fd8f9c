#include "worker/trainer/attempt.h"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proto/contract/yaml.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char kDiverge[] = "learner.optimizer.sgd.learning_rate=100000";

TEST(AttemptTest, RunsToTheEndAndLeavesItsArtifacts) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::Finish finish = RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_EQ(finish.step(), 10u);
  EXPECT_THAT(recorder.Artifacts(), ElementsAre("weights.safetensors", "summary.json", "job.yaml"));
  for (const std::string& name : recorder.Artifacts()) {
    EXPECT_TRUE(std::filesystem::exists(folder / name));
  }
}

TEST(AttemptTest, MeasuresAtTheStartAtTheCadenceAndAtTheEnd) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_THAT(recorder.StepsOf("loss"), ElementsAre(0, 4, 8, 10));
}

// Three batches of three an epoch at a rate of 0.1.
TEST(AttemptTest, ReportsTheRunItselfWithEachMeasurement) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_THAT(recorder.StepsOf("flow_time"), ElementsAre(0, 4, 8, 10));
  EXPECT_THAT(recorder.ValuesOf("examples"), ElementsAre(0, 12, 24, 30));
  EXPECT_DOUBLE_EQ(recorder.ValuesOf("epochs")[1], 4.0 / 3);
  EXPECT_DOUBLE_EQ(recorder.ValuesOf("flow_time").back(), 1.0);
  EXPECT_DOUBLE_EQ(recorder.ValuesOf("learning_rate")[1], 0.1);
}

TEST(AttemptTest, TrainsDownTheLossThatItMeasures) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {"stop.steps=300"}), recorder);
  const std::vector<double> loss = recorder.ValuesOf("loss");
  EXPECT_LT(loss.back(), 0.6 * loss.front());
}

TEST(AttemptTest, ReportsThePointsOfAStepBeforeItsCheckpoint) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {"probes[0].every.steps=5"}), recorder);
  std::vector<uint64_t> order;
  for (const v1::TrainerReport& report : recorder.reports) {
    if (report.has_points()) order.push_back(report.points().step(0));
    if (report.has_checkpoint()) order.push_back(100 + report.checkpoint().step());
  }
  EXPECT_THAT(order, ElementsAre(0, 5, 105, 10, 110));
}

TEST(AttemptTest, ReportsItsStartThenProgressBeforeItMeasuresAndAtTheEnd) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_TRUE(recorder.reports.at(0).has_started());
  EXPECT_TRUE(recorder.reports.at(1).has_progress());
  uint64_t last = 0;
  for (const v1::TrainerReport& report : recorder.reports) {
    if (report.has_progress()) last = report.progress().step();
  }
  EXPECT_EQ(last, 10u);
}

TEST(AttemptTest, ACancelledAttemptEndsAtTheStepThatItHadReached) {
  const TemporaryFolder folder;
  Recorder recorder(Request::kCancel, 3);
  const v1::Finish finish = RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_CANCELLED);
  EXPECT_EQ(finish.step(), 3u);
}

TEST(AttemptTest, ACheckpointIsTakenOnRequest) {
  const TemporaryFolder folder;
  Recorder recorder(Request::kCheckpoint, 3);
  RunIn(folder.path(), Job(kFunctionJob), recorder);
  ASSERT_EQ(recorder.Checkpoints().size(), 3u);
  EXPECT_EQ(recorder.Checkpoints()[0].step(), 3u);
}

TEST(AttemptTest, ARequestedCheckpointIsNotWrittenTwiceAtOneStep) {
  const TemporaryFolder folder;
  Recorder recorder(Request::kCheckpoint, 5);
  RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_EQ(recorder.Checkpoints().size(), 2u);
}

TEST(AttemptTest, APreemptedAttemptLeavesACheckpointAndFails) {
  const TemporaryFolder folder;
  Recorder recorder(Request::kPreempt, 3);
  const v1::Finish finish = RunIn(folder.path(), Job(kFunctionJob), recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_PREEMPTED);
  ASSERT_EQ(recorder.Checkpoints().size(), 1u);
  EXPECT_EQ(recorder.Checkpoints()[0].step(), 3u);
  EXPECT_TRUE(recorder.Artifacts().empty());
}

TEST(AttemptTest, OnlyTheLastTwoCheckpointsStay) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {"checkpoint.every.steps=3"}), recorder);
  EXPECT_EQ(recorder.Checkpoints().size(), 4u);
  EXPECT_FALSE(std::filesystem::exists(recorder.Checkpoints()[1].path()));
  EXPECT_TRUE(std::filesystem::exists(recorder.Checkpoints()[2].path()));
  EXPECT_TRUE(std::filesystem::exists(recorder.Checkpoints()[3].path()));
}

// A millionth of a millisecond pays for nothing.
TEST(AttemptTest, ATinyBudgetLeavesTheStartAndTheEnd) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {"budget=1e-9"}), recorder);
  EXPECT_THAT(recorder.StepsOf("loss"), ElementsAre(0, 10));
  EXPECT_THAT(recorder.ValuesOf("cadence_stretch"), ElementsAre(1, testing::Gt(1e300)));
  EXPECT_THAT(recorder.StepsOf("measuring_share"), ElementsAre(0, 10));
}

TEST(AttemptTest, AnAmpleBudgetChangesNoCadence) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {"budget=0.999999999"}), recorder);
  EXPECT_THAT(recorder.StepsOf("loss"), ElementsAre(0, 4, 8, 10));
  EXPECT_THAT(recorder.ValuesOf("cadence_stretch"), ElementsAre(1, 1, 1, 1));
}

TEST(AttemptTest, ARunWithoutABudgetHasNoPointsOfIt) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {"budget=1"}), recorder);
  EXPECT_THAT(recorder.StepsOf("cadence_stretch"), ElementsAre());
  EXPECT_THAT(recorder.StepsOf("measuring_share"), ElementsAre());
}

// Which steps are measured depends on the machine; what may be, and the weights, do not.
TEST(AttemptTest, ABudgetTakesStepsOfTheDeclaredCadenceAndLeavesTheWeights) {
  const TemporaryFolder free, bound;
  Recorder whole, recorder;
  const v1::JobSpec spec =
      Job(kFunctionJob, {"stop.steps=201", "probes[0].every.steps=2", "budget=0.01"});
  RunIn(free.path(), Job(kFunctionJob, {"stop.steps=201"}), whole);
  RunIn(bound.path(), spec, recorder);
  EXPECT_TRUE(BitwiseEqual(WeightsIn(free.path()), WeightsIn(bound.path())));
  const std::vector<uint64_t> steps = recorder.StepsOf("loss");
  EXPECT_EQ(steps.front(), 0u);
  EXPECT_EQ(steps.back(), 201u);
  EXPECT_LT(steps.size(), 102u);
  for (size_t i = 0; i + 1 < steps.size(); ++i) EXPECT_EQ(steps[i] % 2, 0u);
  EXPECT_EQ(recorder.StepsOf("cadence_stretch"), steps);
}

TEST(AttemptTest, DivergenceIsAResultWithFinalPoints) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::Finish finish =
      RunIn(folder.path(), Job(kFunctionJob, {kDiverge, "stop.steps=1000"}), recorder);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_DIVERGED);
  EXPECT_EQ(recorder.StepsOf("loss").back(), finish.step());
  EXPECT_EQ(recorder.Artifacts().size(), 3u);
}

TEST(AttemptTest, NoStepIsMeasuredTwiceWhenARunDiverges) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob, {kDiverge, "probes[0].every.steps=1"}), recorder);
  const std::vector<uint64_t> steps = recorder.StepsOf("loss");
  EXPECT_EQ(std::adjacent_find(steps.begin(), steps.end()), steps.end());
}

TEST(AttemptTest, ASplitWithoutExamplesIsRefused) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::JobSpec spec =
      Job(kFunctionJob, {"data.function.validation=0", "probes[0].splits=[validation]"});
  const v1::Finish finish = RunIn(folder.path(), spec, recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
}

// Only the table itself tells how many inputs it has.
TEST(AttemptTest, AProbeOfOneInputIsRefusedOnATableOfTwo) {
  const TemporaryFolder folder;
  WriteBytes(folder / "own/table.csv", "1,2,3\n4,5,6\n7,8,9\n");
  Recorder recorder;
  const v1::JobSpec spec = Job(kFunctionJob, {"data={csv: {folder: own, train: 3}}",
                                              "probes=[{function_shape: {}, every: {steps: 1}}]"});
  const v1::Finish finish = RunIn(folder.path(), spec, recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_THAT(finish.message(), HasSubstr("one input"));
}

TEST(AttemptTest, ABatchLargerThanTheSplitIsRefused) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::Finish finish =
      RunIn(folder.path(), Job(kFunctionJob, {"learner.batches.size=11"}), recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_THAT(finish.message(), HasSubstr("10 training examples"));
}

TEST(AttemptTest, AFieldOfANewerReleaseIsRefused) {
  const TemporaryFolder folder;
  Recorder recorder;
  v1::JobSpec spec = Job(kFunctionJob);
  v1::Learner& learner = *spec.mutable_learners(0);
  learner.GetReflection()->MutableUnknownFields(&learner)->AddVarint(900, 1);
  const v1::Finish finish = RunIn(folder.path(), spec, recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_TRUE(recorder.reports.empty());
}

TEST(AttemptTest, AMissingDataSetNamesTheFileAndTheCommand) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::Finish finish = RunIn(folder.path(), Job(kMlpJob), recorder);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_MISSING_DATA);
  EXPECT_THAT(finish.message(), HasSubstr("train-images-idx3-ubyte.gz"));
  EXPECT_THAT(finish.message(), HasSubstr("deploy/data.sh mnist"));
}

TEST(AttemptTest, AGpuWithoutItsLibrariesIsADeviceError) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::Finish finish =
      RunIn(folder.path(), Job(kFunctionJob, {"resources.device=cuda"}), recorder);
  if (finish.outcome() == v1::OUTCOME_SUCCEEDED) GTEST_SKIP() << "this machine has a GPU";
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_DEVICE_ERROR);
}

TEST(AttemptTest, TheSummaryHoldsTheLastValues) {
  const TemporaryFolder folder;
  Recorder recorder;
  RunIn(folder.path(), Job(kFunctionJob), recorder);
  const auto summary = nlohmann::json::parse(std::ifstream(folder / "summary.json"));
  EXPECT_EQ(summary["outcome"], "succeeded");
  EXPECT_EQ(summary["values"][0]["quantity"], "loss");
  EXPECT_EQ(summary["values"][0]["step"], 10);
  EXPECT_EQ(summary["values"][0]["value"], recorder.ValuesOf("loss").back());
  EXPECT_EQ(summary["samples"][0]["examples"], 10);
}

TEST(AttemptTest, TheWrittenJobIsTheExplicitSpec) {
  const TemporaryFolder folder;
  Recorder recorder;
  const v1::JobSpec spec = Job(kFunctionJob);
  RunIn(folder.path(), spec, recorder);
  std::ostringstream text;
  text << std::ifstream(folder / "job.yaml").rdbuf();
  EXPECT_EQ(contract::ParseJob(text.str(), "job.yaml")->SerializeAsString(),
            spec.SerializeAsString());
}

TEST(AttemptTest, WeightsHaveTheNamesOfAStateDict) {
  const TemporaryFolder folder;
  Recorder recorder;
  WriteSmallMnist(folder.path());
  RunIn(folder.path(), Job(kResnetJob), recorder);
  std::vector<std::string> names;
  for (const auto& named : WeightsIn(folder.path())) names.push_back(named.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"conv1.weight", "bn1.running_mean", "fc.bias"}));
}

TEST(AttemptTest, ClassesHaveAnAccuracyUnderTheSquaredErrorToo) {
  const TemporaryFolder folder;
  Recorder recorder;
  WriteSmallMnist(folder.path());
  const v1::JobSpec spec = Job(kMlpJob, {"learner.objective={mean_squared_error: {}}",
                                         "probes=[{loss: {}, every: {steps: 5}}]"});
  const v1::Finish finish = RunIn(folder.path(), spec, recorder);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_THAT(recorder.StepsOf("accuracy"), ElementsAre(0, 5, 10));
}

TEST(AttemptTest, OneSeedGivesOneRunAndAnotherSeedAnother) {
  const TemporaryFolder first, second, other;
  Recorder recorder;
  RunIn(first.path(), Job(kFunctionJob), recorder);
  RunIn(second.path(), Job(kFunctionJob), recorder);
  RunIn(other.path(), Job(kFunctionJob, {"seed=1"}), recorder);
  EXPECT_TRUE(BitwiseEqual(WeightsIn(first.path()), WeightsIn(second.path())));
  EXPECT_FALSE(BitwiseEqual(WeightsIn(first.path()), WeightsIn(other.path())));
}

}  // namespace
}  // namespace geometer::trainer
