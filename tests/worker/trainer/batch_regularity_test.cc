#include <gmock/gmock.h>

#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_folder.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

constexpr int kSeeds = 2;

// C_reg after a time steps · rate = 30 at the rate 2⁻⁶ on 400 digits, 60 of them with random
// labels, in batches of 8, with the penalty (lambda/4)·‖g_B‖²; averaged over seeds (GD 3.5).
double Regularity(double lambda) {
  double sum = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const TemporaryFolder folder;
    Recorder recorder;
    const v1::JobSpec spec =
        Job(kMlpJob,
            {"data={digits: {train: 400, validation: 0}, corruption: 0.15}", "dtype=float64",
             absl::StrCat("seed=", seed), "checkpoint={}",
             "learner.model={mlp: {hidden: [64], activation: tanh}}", "learner.batches.size=8",
             "learner.optimizer.sgd.learning_rate=0.015625",
             absl::StrCat("learner.regularizers=[{gradient_norm: {}, weight: ", lambda / 4, "}]"),
             "stop.steps=1920",
             "probes=[{gradient_statistics: {batch_size: 8}, every: {steps: 100000}}]"});
    const v1::Finish finish = RunOnRealData(folder.path(), spec, recorder);
    EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
    sum += recorder.ValuesOf("c_reg").back();
  }
  return sum / kSeeds;
}

// GD T32: the gradients of batches shrink strictly as their penalty grows.
TEST(BatchRegularityTest, FallsAsThePenaltyGrows) {
  if (!std::filesystem::exists(DataFolder() / "digits")) {
    GTEST_SKIP() << "to get it: deploy/data.sh digits";
  }
  double before = std::numeric_limits<double>::infinity();
  for (const double lambda : {0.0, 0.0625, 0.125, 0.25, 0.5}) {
    const double regularity = Regularity(lambda);
    RecordProperty(absl::StrCat("lambda_", lambda), absl::StrCat(regularity));
    EXPECT_LT(regularity, before) << "lambda " << lambda;
    before = regularity;
  }
}

}  // namespace
}  // namespace geometer::trainer
