#include "worker/trainer/batches.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/sort.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/function_training.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

at::Tensor Sorted(const at::Tensor& values) { return std::get<0>(at::sort(values.flatten())); }

// 64 pictures of MNIST's format, a data set in `folder`.
Training PictureTraining(const TemporaryFolder& folder, std::vector<std::string> overrides) {
  WriteSmallMnist(folder.path());
  const v1::JobSpec spec = Job(kMlpJob, overrides);
  DatasetLoader loader;
  return BuildTraining(spec, {*loader.Load(spec.data(0), {folder.path(), spec.seed()})}).value();
}

// The batch of a run of one task.
geometry::Examples Of(Batches& batches, int64_t step) { return batches.At(step).at(0).examples; }

TEST(BatchesTest, AnEpochVisitsEachExampleOnceWhereTheBatchesFit) {
  const Training training = FunctionTraining({"learner.batches.size=5"});
  Batches batches(training);
  const at::Tensor seen = at::cat({Of(batches, 0).inputs, Of(batches, 1).inputs});
  EXPECT_TRUE(at::equal(Sorted(seen), Sorted(training.tasks[0].data.train.All().inputs)));
}

TEST(BatchesTest, TheShorterLastBatchIsDropped) {
  const Training training = FunctionTraining({"learner.batches.size=4"});
  EXPECT_EQ(training.steps_per_epoch, 2);
  Batches batches(training);
  EXPECT_EQ(Of(batches, 1).size(), 4);
}

TEST(BatchesTest, SubstepsLengthenAnEpochAndShareABatch) {
  const TemporaryFolder folder;
  const Training training = PictureTraining(
      folder, {"data.augmentation={crop: 2}", "learner.batches={size: 16, substeps: 3}"});
  EXPECT_EQ(training.steps_per_epoch, 12);
  Batches batches(training);
  EXPECT_TRUE(at::equal(Of(batches, 3).inputs, Of(batches, 5).inputs));
  EXPECT_FALSE(at::equal(Of(batches, 5).inputs, Of(batches, 6).inputs));
}

TEST(BatchesTest, ABatchIsAFunctionOfItsStepAlone) {
  const Training training = FunctionTraining();
  Batches straight(training);
  for (int step = 0; step < 7; ++step) straight.At(step);
  Batches resumed(training);
  EXPECT_TRUE(at::equal(Of(straight, 7).inputs, Of(resumed, 7).inputs));
}

TEST(BatchesTest, AFullBatchIsTheSplitItself) {
  const Training training = FunctionTraining({"learner.batches.full=true"});
  EXPECT_EQ(training.steps_per_epoch, 1);
  EXPECT_TRUE(at::equal(Batches(training).At(3)[0].examples.inputs,
                        training.tasks[0].data.train.All().inputs));
}

TEST(BatchesTest, AugmentationKeepsTheExamplesAndChangesPixels) {
  const TemporaryFolder folder;
  const Training plain = PictureTraining(folder, {});
  const Training augmented = PictureTraining(folder, {"data.augmentation={crop: 2}"});
  Batches plain_batches(plain), batches(augmented);
  EXPECT_TRUE(at::equal(Of(batches, 3).targets, Of(plain_batches, 3).targets));
  EXPECT_FALSE(at::equal(Of(batches, 3).inputs, Of(plain_batches, 3).inputs));
}

TEST(BatchesTest, AFlipLeavesEachRowsPixelsTheSame) {
  const TemporaryFolder folder;
  const Training plain = PictureTraining(folder, {});
  const Training augmented = PictureTraining(folder, {"data.augmentation={flip: true}"});
  Batches plain_batches(plain), batches(augmented);
  const at::Tensor before = Of(plain_batches, 0).inputs, after = Of(batches, 0).inputs;
  EXPECT_FALSE(at::equal(before, after));
  EXPECT_TRUE(at::equal(std::get<0>(at::sort(before, 3)), std::get<0>(at::sort(after, 3))));
}

TEST(BatchesTest, EachEpochAugmentsAnew) {
  const TemporaryFolder folder;
  const Training full =
      PictureTraining(folder, {"data.augmentation={crop: 2}", "learner.batches.full=true"});
  Batches batches(full);
  EXPECT_FALSE(at::equal(Of(batches, 0).inputs, Of(batches, 1).inputs));
}

TEST(BatchesTest, LoadingThreadsChangeNoBit) {
  const TemporaryFolder folder;
  const std::string augmentation = "data.augmentation={crop: 2, flip: true}";
  const Training alone = PictureTraining(folder, {augmentation, "resources.loading_threads=0"});
  Batches expected(alone);
  for (const char* threads : {"1", "8"}) {
    const std::string setting = std::string("resources.loading_threads=") + threads;
    const Training training = PictureTraining(folder, {augmentation, setting});
    Batches batches(training);
    for (const int64_t step : {4, 5, 6, 0, 1, 9}) {
      EXPECT_TRUE(at::equal(Of(batches, step).inputs, Of(expected, step).inputs)) << step;
    }
  }
}

TEST(BatchesTest, WhatIsMeasuredIsNotAugmented) {
  const TemporaryFolder folder;
  const Training plain = PictureTraining(folder, {});
  const Training augmented = PictureTraining(folder, {"data.augmentation={crop: 2}"});
  EXPECT_TRUE(at::equal(plain.tasks[0].data.train.All().inputs,
                        augmented.tasks[0].data.train.All().inputs));
}

// Tasks on equal examples see equal batches; others do not.
TEST(BatchesTest, TasksOnEqualExamplesShareBatches) {
  const TemporaryFolder folder;
  const Training training = PictureTraining(
      folder, {"learner.multitask={tasks: [{name: a}, {name: b, objective: {hinge: {}}}, {name: c, "
               "inputs: {permuted: {}}}]}"});
  Batches batches(training);
  const UpdateBatch batch = batches.At(2);
  ASSERT_EQ(batch.size(), 3u);
  EXPECT_TRUE(at::equal(batch[0].examples.inputs, batch[1].examples.inputs));
  EXPECT_FALSE(at::equal(batch[0].examples.targets, batch[2].examples.targets));
}

// In turns of two updates a task goes on with its own next batch.
TEST(BatchesTest, ATaskGoesOnWhereItsLastTurnEnded) {
  const TemporaryFolder folder;
  const std::string tasks = "[{name: a, turn: 2}, {name: b, inputs: {permuted: {}}}]}";
  const Training turns =
      PictureTraining(folder, {"learner.multitask={order: sequential, tasks: " + tasks});
  const Training alone = PictureTraining(folder, {"learner.multitask={tasks: [{name: a}]}"});
  Batches in_turns(turns), straight(alone);
  for (const auto& [step, visit] : {std::pair{0, 0}, {1, 1}, {3, 2}, {4, 3}}) {
    EXPECT_EQ(in_turns.At(step)[0].task, 0u);
    EXPECT_TRUE(at::equal(Of(in_turns, step).inputs, Of(straight, visit).inputs)) << step;
  }
  EXPECT_EQ(in_turns.At(2)[0].task, 1u);
  EXPECT_EQ(turns.ExamplesBefore(4), 4 * turns.tasks[0].batches.size);
}

}  // namespace
}  // namespace geometer::trainer
