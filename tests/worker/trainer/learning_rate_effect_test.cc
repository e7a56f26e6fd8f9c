#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_folder.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

constexpr int kSeeds = 5;
constexpr double kFlowTime = 200;

// Geometric complexity on the training digits after steps · rate = 200, averaged over seeds.
double MeanGeometricComplexity(double rate) {
  double sum = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const TemporaryFolder folder;
    Recorder recorder;
    const v1::JobSpec spec =
        Job(kMlpJob, {"data={digits: {}}", absl::StrCat("seed=", seed), "checkpoint={}",
                      "learner.model.mlp.hidden=[128, 128]", "learner.batches.size=32",
                      absl::StrCat("learner.optimizer.sgd.learning_rate=", rate),
                      absl::StrCat("stop.steps=", static_cast<int>(kFlowTime / rate)),
                      "probes=[{geometric_complexity: {}, every: {steps: 100000}}]"});
    const v1::Finish finish = RunOnRealData(folder.path(), spec, recorder);
    EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
    sum += recorder.ValuesOf("geometric_complexity").back();
  }
  return sum / kSeeds;
}

// GC t27, GC 9: at equal rate times steps, a higher learning rate gives a function of lower
// geometric complexity.
TEST(LearningRateEffectTest, AHigherRateLowersGeometricComplexity) {
  if (!std::filesystem::exists(DataFolder() / "digits")) {
    GTEST_SKIP() << "to get it: deploy/data.sh digits";
  }
  const double low = MeanGeometricComplexity(0.02);
  const double middle = MeanGeometricComplexity(0.08);
  const double high = MeanGeometricComplexity(0.3);
  RecordProperty("means", absl::StrCat(low, " ", middle, " ", high));
  EXPECT_GT(low, middle);
  EXPECT_GT(middle, high);
}

}  // namespace
}  // namespace geometer::trainer
