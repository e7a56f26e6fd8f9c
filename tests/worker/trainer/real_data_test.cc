#include <gmock/gmock.h>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_folder.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

struct RealCase {
  const char* name;
  const char* data;
  double accuracy;  // on the test split, at least
};

class RealDataTest : public testing::TestWithParam<RealCase> {};

TEST_P(RealDataTest, AShortRunLearns) {
  if (!std::filesystem::exists(DataFolder() / GetParam().name)) {
    GTEST_SKIP() << "to get it: deploy/data.sh " << GetParam().name;
  }
  const TemporaryFolder folder;
  const v1::JobSpec spec =
      Job(kMlpJob, {std::string("data=") + GetParam().data, "stop.steps=500", "checkpoint={}",
                    "learner.model.mlp.hidden=[64]",
                    "probes=[{loss: {}, splits: [test], every: {steps: 500}}]"});
  Recorder recorder;
  const v1::Finish finish = RunOnRealData(folder.path(), spec, recorder);
  ASSERT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_GT(recorder.ValuesOf("accuracy").back(), GetParam().accuracy);
}

// CIFAR-10's splits are those of its smallest mirror.
const RealCase kRealCases[] = {
    {"digits", "{digits: {}}", 0.9},
    {"mnist", "{mnist: {train: 10000, validation: 100}}", 0.85},
    {"fashion_mnist", "{fashion_mnist: {train: 10000, validation: 100}}", 0.7},
    {"cifar10", "{cifar10: {train: 5000, validation: 100, test: 1000}}", 0.2},
};
INSTANTIATE_TEST_SUITE_P(DataSets, RealDataTest, testing::ValuesIn(kRealCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace geometer::trainer
