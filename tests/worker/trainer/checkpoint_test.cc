#include "worker/trainer/checkpoint.h"

#include <gmock/gmock.h>

#include <cstring>
#include <fstream>

#include "absl/strings/str_split.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/safetensors.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

struct ResumeCase {
  const char* name;
  const char* job;
  std::vector<std::string> overrides;
};

// design.md's third promise: N steps equal k steps, a resume and N − k steps, bit for bit, points
// included.
class ResumeTest : public testing::TestWithParam<ResumeCase> {};

TEST_P(ResumeTest, IsBitwiseTheUninterruptedRun) {
  const TemporaryFolder whole, half;
  for (const auto* folder : {&whole, &half}) WriteSmallMnist(folder->path());
  const v1::JobSpec spec = WithAllProbes(Job(GetParam().job, GetParam().overrides), 3);
  Recorder uninterrupted, resumed;
  ASSERT_EQ(RunIn(whole.path(), spec, uninterrupted).outcome(), v1::OUTCOME_SUCCEEDED);
  const v1::CheckpointTaken middle = uninterrupted.Checkpoints().at(0);
  const v1::Finish finish = RunIn(half.path(), spec, resumed, middle.path());
  ASSERT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  EXPECT_TRUE(BitwiseEqual(WeightsIn(whole.path()), WeightsIn(half.path())));
  for (const char* quantity : {"loss", "flow_time", "eigenvalue", "geometric_complexity"}) {
    std::vector<double> tail = uninterrupted.ValuesOf(quantity);
    const std::vector<double> values = resumed.ValuesOf(quantity);
    ASSERT_LT(values.size(), tail.size());
    tail.erase(tail.begin(), tail.end() - static_cast<int64_t>(values.size()));
    EXPECT_EQ(values, tail) << quantity;
  }
}

const ResumeCase kResumeCases[] = {
    {"Plain", kMlpJob, {}},
    {"Momentum", kMlpJob, {"learner.optimizer.sgd.momentum=0.9"}},
    {"WeightDecay", kMlpJob, {"learner.optimizer.sgd.weight_decay=0.01"}},
    {"FullBatch", kMlpJob, {"learner.optimizer.sgd.full_batch=true"}},
    {"Cosine", kMlpJob, {"learner.schedule={cosine: {}}"}},
    {"MidEpoch", kMlpJob, {"learner.optimizer.sgd.batch_size=20"}},
    {"Penalty", kMlpJob, {"learner.regularizers=[{gradient_norm: {}, weight: 0.1}]"}},
    {"Float64", kMlpJob, {"dtype=float64"}},
    {"TwoThreads", kMlpJob, {"threads=2", "stop.steps=4", "checkpoint.every.steps=2"}},
    {"Augmented",
     kMlpJob,
     {"data.augmentation={crop: 2, flip: true}", "resources.loading_threads=2"}},
    {"Corrupted", kMlpJob, {"data.corruption=0.5", "data.classes=[4, 2, 0, 1, 3, 5, 6, 7, 8, 9]"}},
    {"BatchNorm", kResnetJob, {"learner.optimizer.sgd.momentum=0.9"}},
    {"All",
     kResnetJob,
     {"learner.optimizer.sgd.momentum=0.9", "learner.optimizer.sgd.weight_decay=0.001",
      "learner.schedule={cosine: {}}", "learner.regularizers=[{gradient_norm: {}, weight: 0.01}]"}},
};
INSTANTIATE_TEST_SUITE_P(Runs, ResumeTest, testing::ValuesIn(kResumeCases),
                         [](const auto& test) { return test.param.name; });

// A run that left checkpoints at steps 5 and 10.
class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() { RunIn(folder_.path(), spec_, first_); }

  std::filesystem::path Path() const { return first_.Checkpoints().at(0).path(); }
  v1::Finish Resume(const v1::JobSpec& spec) {
    return RunIn(folder_.path(), spec, second_, Path());
  }
  // Changes the checkpoint.
  void Rewrite(const std::function<void(TensorFile&)>& change) const {
    TensorFile file = ReadSafetensors(Path()).value();
    change(file);
    ASSERT_TRUE(WriteSafetensors(Path(), file).ok());
  }

  const TemporaryFolder folder_;
  const v1::JobSpec spec_ = Job(kFunctionJob, {"probes[0].every.steps=5"});
  Recorder first_, second_;
};

TEST_F(CheckpointTest, AResumeStartsAtItsStepAndDoesNotMeasureItAgain) {
  ASSERT_EQ(Resume(spec_).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_EQ(second_.reports.front().started().step(), 5u);
  EXPECT_FALSE(second_.reports.front().started().inexact());
  EXPECT_THAT(second_.StepsOf("loss"), testing::ElementsAre(10));
  EXPECT_THAT(second_.StepsOf("flow_time"), testing::ElementsAre(10));
}

TEST_F(CheckpointTest, AResumeInAnotherEnvironmentIsMarkedInexact) {
  Rewrite([](TensorFile& file) { file.metadata["environment"] += "; another"; });
  ASSERT_EQ(Resume(spec_).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_TRUE(second_.reports.front().started().inexact());
}

TEST_F(CheckpointTest, ACheckpointOfAnotherSpecIsRefused) {
  const v1::Finish finish = Resume(Job(kFunctionJob, {"seed=1"}));
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_SPEC_REFUSED);
  EXPECT_THAT(finish.message(), HasSubstr("another spec"));
}

TEST_F(CheckpointTest, AMissingTensorIsNamed) {
  Rewrite([](TensorFile& file) { file.tensors.erase(file.tensors.begin()); });
  EXPECT_THAT(Resume(spec_).message(), HasSubstr("no tensor 'parameters/0.weight'"));
}

TEST_F(CheckpointTest, ATensorOfAnotherShapeIsNamed) {
  Rewrite([](TensorFile& file) { file.tensors[0].tensor = file.tensors[0].tensor.t(); });
  EXPECT_THAT(Resume(spec_).message(), HasSubstr("'parameters/0.weight' has another shape"));
}

TEST_F(CheckpointTest, AStepBeyondTheRunIsRefused) {
  Rewrite([](TensorFile& file) { file.metadata["step"] = "11"; });
  EXPECT_EQ(Resume(spec_).outcome(), v1::OUTCOME_FAILED);
}

TEST_F(CheckpointTest, ATruncatedFileIsRefused) {
  std::filesystem::resize_file(Path(), std::filesystem::file_size(Path()) - 1);
  const v1::Finish finish = Resume(spec_);
  EXPECT_EQ(finish.reason(), v1::FAILURE_REASON_BAD_DATA);
  EXPECT_THAT(finish.message(), HasSubstr("step-5.safetensors"));
}

// A run of 100 steps with a budget of half its time and a probe every 10 steps, resumed at 50 with
// a spending of the test's choice. Its seconds are so many that those of the test itself are none.
class SpendingTest : public testing::Test {
 protected:
  SpendingTest() { RunIn(folder_.path(), spec_, first_); }

  // The steps that the rest of the run measures.
  std::vector<uint64_t> StepsAfter(const std::string& spending) {
    TensorFile file = ReadSafetensors(path_).value();
    file.metadata["spending"] = spending;
    EXPECT_TRUE(WriteSafetensors(path_, file).ok());
    finish_ = RunIn(folder_.path(), spec_, second_, path_);
    return second_.StepsOf("loss");
  }

  const TemporaryFolder folder_;
  const v1::JobSpec spec_ = Job(kFunctionJob, {"stop.steps=100", "probes[0].every.steps=10",
                                               "budget=0.5", "checkpoint.every.steps=50"});
  Recorder first_, second_;
  const std::filesystem::path path_ = folder_ / "checkpoints/step-50.safetensors";
  v1::Finish finish_;
};

TEST_F(SpendingTest, AResumeGoesOnWithWhatWasSpent) {
  EXPECT_THAT(StepsAfter("1 1e9 7 1 50"), testing::ElementsAre(100));
}

TEST_F(SpendingTest, AResumeGoesOnWithWhatIsLeft) {
  EXPECT_THAT(StepsAfter("1e9 0 7 1 50"), testing::ElementsAre(60, 70, 80, 90, 100));
}

// At 60: left = 5e7/60·100 − 2.27e7, planned = (100 − 60)·2.27e7/10, the stretch 1.5; the new
// measurement costs nothing in comparison.
TEST_F(SpendingTest, AResumeGoesOnWithItsStretch) {
  EXPECT_THAT(StepsAfter("5e7 0 1 2.27e7 50"), testing::ElementsAre(70, 80, 90, 100));
}

TEST_F(SpendingTest, AResumeAddsItsOwnTimeToTheShare) {
  StepsAfter("1e9 1e9 inf 1 50");
  EXPECT_NEAR(second_.ValuesOf("measuring_share").back(), 0.5, 1e-6);
}

TEST_F(SpendingTest, TheWeightsAreThoseOfTheUninterruptedRun) {
  const geometry::NamedTensors whole = WeightsIn(folder_.path());
  StepsAfter("1 1e9 7 1 50");
  EXPECT_TRUE(BitwiseEqual(whole, WeightsIn(folder_.path())));
}

TEST_F(SpendingTest, AMalformedOneIsRefused) {
  for (const char* text : {"", "1 2", "1 2 x", "1 2 3 y 5", "1 2 3 4"}) {
    StepsAfter(text);
    EXPECT_EQ(finish_.reason(), v1::FAILURE_REASON_BAD_DATA) << text;
    EXPECT_THAT(finish_.message(), HasSubstr("no spending"));
  }
}

TEST_F(SpendingTest, ACheckpointHoldsTheStepOfTheLastMeasurement) {
  const std::string spending = ReadSafetensors(path_).value().metadata["spending"];
  const std::vector<std::string> words = absl::StrSplit(spending, ' ');
  ASSERT_EQ(words.size(), 5u);
  std::vector<uint64_t> steps = first_.StepsOf("loss");
  std::erase_if(steps, [](uint64_t step) { return step > 50; });
  EXPECT_EQ(words[4], std::to_string(steps.back()));
}

TEST_F(CheckpointTest, WithoutABudgetItHoldsNoTimes) {
  EXPECT_FALSE(ReadSafetensors(Path()).value().metadata.contains("spending"));
}

}  // namespace
}  // namespace geometer::trainer
