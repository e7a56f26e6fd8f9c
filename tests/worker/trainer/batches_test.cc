#include "worker/trainer/batches.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/sort.h>
#include <gtest/gtest.h>

#include "tests/worker/trainer/function_training.h"

namespace geometer::trainer {
namespace {

at::Tensor Sorted(const at::Tensor& values) { return std::get<0>(at::sort(values.flatten())); }

TEST(BatchesTest, AnEpochVisitsEachExampleOnceWhereTheBatchesFit) {
  const Training training = FunctionTraining({"learner.batches.size=5"});
  Batches batches(training);
  const at::Tensor seen = at::cat({batches.At(0).inputs, batches.At(1).inputs});
  EXPECT_TRUE(at::equal(Sorted(seen), Sorted(training.data.train.inputs)));
}

TEST(BatchesTest, TheShorterLastBatchIsDropped) {
  const Training training = FunctionTraining({"learner.batches.size=4"});
  EXPECT_EQ(training.steps_per_epoch, 2);
  EXPECT_EQ(Batches(training).At(1).size(), 4);
}

TEST(BatchesTest, SubstepsLengthenAnEpoch) {
  EXPECT_EQ(FunctionTraining({"learner.batches={size: 5, substeps: 3}"}).steps_per_epoch, 6);
}

TEST(BatchesTest, ABatchIsAFunctionOfItsStepAlone) {
  const Training training = FunctionTraining();
  Batches straight(training);
  for (int step = 0; step < 7; ++step) straight.At(step);
  EXPECT_TRUE(at::equal(straight.At(7).inputs, Batches(training).At(7).inputs));
}

TEST(BatchesTest, AFullBatchIsTheSplitItself) {
  const Training training = FunctionTraining({"learner.batches.full=true"});
  EXPECT_EQ(training.steps_per_epoch, 1);
  EXPECT_TRUE(at::equal(Batches(training).At(3).inputs, training.data.train.inputs));
}

}  // namespace
}  // namespace geometer::trainer
