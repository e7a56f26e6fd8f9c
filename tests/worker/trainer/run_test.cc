#include "worker/trainer/run.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/program.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

std::string Contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The program on a job file in a folder of its own.
class RunTest : public testing::Test {
 protected:
  RunTest() { std::ofstream(folder_ / "job.yaml") << kFunctionJob; }

  // Returns the exit status.
  int Run(const std::string& options = "", const std::string& out = "out") {
    const std::string f = folder_.path().string();
    const std::string command = BuiltProgram("geometer-trainer") + " run " + f +
                                "/job.yaml --out " + f + "/" + out + " " + options + " 2>" + f +
                                "/errors";
    return WEXITSTATUS(std::system(command.c_str()));
  }
  std::string Errors() const { return Contents(folder_ / "errors"); }

  const TemporaryFolder folder_;
};

TEST_F(RunTest, LeavesPointsAndArtifacts) {
  EXPECT_EQ(Run(), 0) << Errors();
  for (const char* name : {"points.csv", "weights.safetensors", "summary.json", "job.yaml"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_ / "out" / name)) << name;
  }
  EXPECT_THAT(Contents(folder_ / "out/points.csv"), HasSubstr("\nloss,loss,train,,,0,10,"));
}

TEST_F(RunTest, DivergenceIsASuccess) {
  EXPECT_EQ(Run("--set learner.optimizer.sgd.learning_rate=1e5 --set stop.steps=1000"), 0);
  EXPECT_THAT(Errors(), HasSubstr("diverged"));
}

TEST_F(RunTest, AWrongJobFileIsStatus2WithItsPlace) {
  std::ofstream(folder_ / "job.yaml") << "name: x\nsede: 3\n";
  EXPECT_EQ(Run(), 2);
  EXPECT_THAT(Errors(), HasSubstr("job.yaml:2:1"));
}

TEST_F(RunTest, APenaltyOnALayerThatTheNetworkLacksNamesThoseItHas) {
  EXPECT_NE(Run("--set 'learner.regularizers=[{weight: 1, geometric_complexity: {target: layer, "
                "layer: conv1}}]'"),
            0);
  EXPECT_THAT(Errors(), HasSubstr("layer: must be one of hidden.0"));
}

TEST_F(RunTest, AWrongOverrideIsStatus2) {
  EXPECT_EQ(Run("--set stop.stepz=3"), 2);
  EXPECT_THAT(Errors(), HasSubstr("stepz"));
}

TEST_F(RunTest, WrongUsageIsStatus2) { EXPECT_EQ(Run("--unknown"), 2); }

TEST_F(RunTest, MissingDataIsStatus1WithTheCommand) {
  EXPECT_EQ(Run("--data-sets /nonexistent --set 'data={digits: {}}'"
                " --set learner.objective='{cross_entropy: {}}'"),
            1);
  EXPECT_THAT(Errors(), HasSubstr("deploy/data.sh digits"));
}

TEST_F(RunTest, AResumeIntoTheSameFolderCompletesItsPoints) {
  ASSERT_EQ(Run(), 0);
  ASSERT_EQ(Run("", "whole"), 0);
  const std::string checkpoint = folder_ / "out/checkpoints/step-5.safetensors";
  ASSERT_EQ(Run("--resume " + checkpoint), 0) << Errors();
  const std::string points = Contents(folder_ / "out/points.csv");
  EXPECT_EQ(std::count(points.begin(), points.end(), '\n'), [](const std::string& whole) {
    return std::count(whole.begin(), whole.end(), '\n');
  }(Contents(folder_ / "whole/points.csv")));
  EXPECT_EQ(Contents(folder_ / "out/weights.safetensors"),
            Contents(folder_ / "whole/weights.safetensors"));
}

TEST_F(RunTest, QuietPrintsNothingWhenAllIsWell) {
  EXPECT_EQ(Run("--quiet"), 0);
  EXPECT_EQ(Errors(), "");
}

TEST_F(RunTest, TheThreadsOfTheJobRuleWhateverTheEnvironmentSays) {
  setenv("OMP_NUM_THREADS", "7", 1);
  EXPECT_EQ(Run("--set threads=2"), 0);
  unsetenv("OMP_NUM_THREADS");
  EXPECT_THAT(Contents(folder_ / "out/summary.json"), HasSubstr("threads 2"));
}

}  // namespace
}  // namespace geometer::trainer
