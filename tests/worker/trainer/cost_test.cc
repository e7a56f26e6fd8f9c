#include "worker/trainer/cost.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/program.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

absl::StatusOr<v1::CostEstimate> Estimate(const std::vector<std::string>& overrides) {
  return EstimateCost(Job(kFunctionJob, overrides), /*data_sets=*/{}, /*seconds=*/0.01);
}

TEST(CostTest, CountsUpdatesAndMeasurementsOfTheRun) {
  const auto estimate = Estimate({});
  ASSERT_TRUE(estimate.ok()) << estimate.status();
  EXPECT_EQ(estimate->updates().times(), 10u);
  ASSERT_EQ(estimate->measurements_size(), 1);
  EXPECT_EQ(estimate->measurements(0).times(), 4u);  // steps 0, 4, 8 and 10
}

TEST(CostTest, HasAPartForEachProbeOnEachSplit) {
  const auto estimate =
      Estimate({"probes=[{loss: {}, every: {steps: 4}, splits: [train, validation]}, "
                "{parameter_norm: {}, every: {steps: 2}}]"});
  ASSERT_EQ(estimate->measurements_size(), 3);
  EXPECT_EQ(estimate->measurements(1).probe(), "loss");
  EXPECT_EQ(estimate->measurements(1).split(), v1::SPLIT_VALIDATION);
  EXPECT_EQ(estimate->measurements(2).split(), v1::SPLIT_UNSPECIFIED);
}

TEST(CostTest, TotalsAndSharesAddUp) {
  const auto estimate = Estimate({});
  double seconds = estimate->updates().total_seconds();
  double share = estimate->updates().share();
  for (const v1::PartCost& part : estimate->measurements()) {
    EXPECT_GT(part.seconds(), 0);
    EXPECT_DOUBLE_EQ(part.total_seconds(), part.seconds() * static_cast<double>(part.times()));
    seconds += part.total_seconds();
    share += part.share();
  }
  EXPECT_DOUBLE_EQ(estimate->total_seconds(), seconds);
  EXPECT_NEAR(share, 1, 1e-12);
  EXPECT_NEAR(estimate->measuring_share(), 1 - estimate->updates().share(), 1e-12);
}

TEST(CostTest, EachPenaltyIsAPartOfTheUpdates) {
  const auto estimate =
      Estimate({"learner.regularizers=[{l2: {}, weight: 0.1}, {gradient_norm: {}, weight: 0.1}]"});
  ASSERT_TRUE(estimate.ok()) << estimate.status();
  ASSERT_EQ(estimate->penalties_size(), 2);
  EXPECT_EQ(estimate->penalties(0).penalty(), "l2");
  const v1::PartCost& part = estimate->penalties(1);
  EXPECT_EQ(part.penalty(), "gradient_norm");
  EXPECT_EQ(part.times(), 10u);
  EXPECT_GT(part.plain_updates(), 0);
  EXPECT_DOUBLE_EQ(part.share(), part.seconds() * 10 / estimate->total_seconds());
}

TEST(CostTest, TellsThePeakMemory) { EXPECT_GT(Estimate({})->peak_memory_bytes(), 1u << 20); }

TEST(CostTest, ARunWithoutProbesIsUpdatesOnly) {
  const auto estimate = Estimate({"probes=[]"});
  EXPECT_EQ(estimate->measurements_size(), 0);
  EXPECT_EQ(estimate->measuring_share(), 0);
  EXPECT_FALSE(estimate->has_budgeted());
}

TEST(CostTest, ATinyBudgetLeavesTheStartAndTheEnd) {
  const auto estimate = Estimate({"budget=1e-9"});
  EXPECT_TRUE(std::isinf(estimate->budgeted().stretch()));
  EXPECT_DOUBLE_EQ(estimate->budgeted().total_seconds(),
                   estimate->updates().total_seconds() + 2 * estimate->measurements(0).seconds());
}

TEST(CostTest, AnAmpleBudgetStretchesNothing) {
  const auto estimate = Estimate({"budget=0.999999999"});
  EXPECT_EQ(estimate->budgeted().stretch(), 1);
  EXPECT_DOUBLE_EQ(estimate->budgeted().total_seconds(), estimate->total_seconds());
}

TEST(CostTest, ARunThatDivergesHasACost) {
  const auto estimate = Estimate({"learner.optimizer.sgd.learning_rate=1e5", "stop.steps=1000"});
  ASSERT_TRUE(estimate.ok()) << estimate.status();
  EXPECT_EQ(estimate->updates().times(), 1000u);
}

TEST(CostTest, ARunOfOneStepHasACost) {
  EXPECT_EQ(Estimate({"stop.steps=1"})->measurements(0).times(), 2u);
}

TEST(CostTest, MissingDataAreNamedWithTheCommand) {
  const auto estimate = EstimateCost(Job(kMlpJob), "/nonexistent");
  EXPECT_EQ(estimate.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(estimate.status().message()), HasSubstr("deploy/data.sh mnist"));
}

// The program on a job file in a folder of its own.
class CostProgramTest : public testing::Test {
 protected:
  CostProgramTest() { std::ofstream(folder_ / "job.yaml") << kFunctionJob; }

  // Returns the exit status.
  int Run(const std::string& arguments) const {
    const std::string command = "cd " + folder_.path().string() + " && " +
                                BuiltProgram("geometer-trainer") + " cost " + arguments +
                                " >out 2>errors";
    return WEXITSTATUS(std::system(command.c_str()));
  }

  std::string Contents(const char* name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  const TemporaryFolder folder_;
};

TEST_F(CostProgramTest, PrintsAMessageAsJsonAndLeavesNothing) {
  ASSERT_EQ(Run("job.yaml --set stop.steps=12"), 0) << Contents("errors");
  v1::CostEstimate estimate;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(Contents("out"), &estimate).ok());
  EXPECT_EQ(estimate.updates().times(), 12u);
  const std::filesystem::directory_iterator files(folder_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 3);  // job.yaml, out, errors
}

TEST_F(CostProgramTest, AFileOnStandardInputIsAJobToo) {
  EXPECT_EQ(Run("/dev/stdin <job.yaml"), 0) << Contents("errors");
}

TEST_F(CostProgramTest, AWrongJobFileIsStatus2WithItsPlace) {
  std::ofstream(folder_ / "job.yaml") << "name: x\nsede: 3\n";
  EXPECT_EQ(Run("job.yaml"), 2);
  EXPECT_THAT(Contents("errors"), HasSubstr("job.yaml:2:1"));
}

TEST_F(CostProgramTest, MissingDataAreStatus1) {
  EXPECT_EQ(Run("job.yaml --data-sets /nonexistent --set 'data={digits: {}}'"
                " --set learner.objective='{cross_entropy: {}}'"),
            1);
  EXPECT_THAT(Contents("errors"), HasSubstr("deploy/data.sh digits"));
}

}  // namespace
}  // namespace geometer::trainer
