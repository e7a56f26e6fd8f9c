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
  return BuildTraining(spec, *loader.Load(spec.data(0), {folder.path(), spec.seed()})).value();
}

TEST(BatchesTest, AnEpochVisitsEachExampleOnceWhereTheBatchesFit) {
  const Training training = FunctionTraining({"learner.batches.size=5"});
  Batches batches(training);
  const at::Tensor seen = at::cat({batches.At(0).inputs, batches.At(1).inputs});
  EXPECT_TRUE(at::equal(Sorted(seen), Sorted(training.data.train.All().inputs)));
}

TEST(BatchesTest, TheShorterLastBatchIsDropped) {
  const Training training = FunctionTraining({"learner.batches.size=4"});
  EXPECT_EQ(training.steps_per_epoch, 2);
  Batches batches(training);
  EXPECT_EQ(batches.At(1).size(), 4);
}

TEST(BatchesTest, SubstepsLengthenAnEpochAndShareABatch) {
  const TemporaryFolder folder;
  const Training training = PictureTraining(
      folder, {"data.augmentation={crop: 2}", "learner.batches={size: 16, substeps: 3}"});
  EXPECT_EQ(training.steps_per_epoch, 12);
  Batches batches(training);
  EXPECT_TRUE(at::equal(batches.At(3).inputs, batches.At(5).inputs));
  EXPECT_FALSE(at::equal(batches.At(5).inputs, batches.At(6).inputs));
}

TEST(BatchesTest, ABatchIsAFunctionOfItsStepAlone) {
  const Training training = FunctionTraining();
  Batches straight(training);
  for (int step = 0; step < 7; ++step) straight.At(step);
  Batches resumed(training);
  EXPECT_TRUE(at::equal(straight.At(7).inputs, resumed.At(7).inputs));
}

TEST(BatchesTest, AFullBatchIsTheSplitItself) {
  const Training training = FunctionTraining({"learner.batches.full=true"});
  EXPECT_EQ(training.steps_per_epoch, 1);
  EXPECT_TRUE(at::equal(Batches(training).At(3).inputs, training.data.train.All().inputs));
}

TEST(BatchesTest, AugmentationKeepsTheExamplesAndChangesPixels) {
  const TemporaryFolder folder;
  const Training plain = PictureTraining(folder, {});
  const Training augmented = PictureTraining(folder, {"data.augmentation={crop: 2}"});
  Batches plain_batches(plain), batches(augmented);
  EXPECT_TRUE(at::equal(batches.At(3).targets, plain_batches.At(3).targets));
  EXPECT_FALSE(at::equal(batches.At(3).inputs, plain_batches.At(3).inputs));
}

TEST(BatchesTest, AFlipLeavesEachRowsPixelsTheSame) {
  const TemporaryFolder folder;
  const Training plain = PictureTraining(folder, {});
  const Training augmented = PictureTraining(folder, {"data.augmentation={flip: true}"});
  Batches plain_batches(plain), batches(augmented);
  const at::Tensor before = plain_batches.At(0).inputs, after = batches.At(0).inputs;
  EXPECT_FALSE(at::equal(before, after));
  EXPECT_TRUE(at::equal(std::get<0>(at::sort(before, 3)), std::get<0>(at::sort(after, 3))));
}

TEST(BatchesTest, EachEpochAugmentsAnew) {
  const TemporaryFolder folder;
  const Training full =
      PictureTraining(folder, {"data.augmentation={crop: 2}", "learner.batches.full=true"});
  Batches batches(full);
  EXPECT_FALSE(at::equal(batches.At(0).inputs, batches.At(1).inputs));
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
      EXPECT_TRUE(at::equal(batches.At(step).inputs, expected.At(step).inputs)) << step;
    }
  }
}

TEST(BatchesTest, WhatIsMeasuredIsNotAugmented) {
  const TemporaryFolder folder;
  const Training plain = PictureTraining(folder, {});
  const Training augmented = PictureTraining(folder, {"data.augmentation={crop: 2}"});
  EXPECT_TRUE(at::equal(plain.data.train.All().inputs, augmented.data.train.All().inputs));
}

}  // namespace
}  // namespace geometer::trainer
