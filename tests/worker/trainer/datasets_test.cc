#include "worker/trainer/datasets.h"

#include <gmock/gmock.h>

#include "proto/contract/defaults.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/malformed_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

v1::Dataset SmallMnist() { return Job(kMlpJob).data(0); }

TEST(DatasetLoaderTest, LoadsEachFormat) {
  const TemporaryFolder folder;
  for (const ValidDataset& valid : ValidDatasets()) {
    valid.Write(folder.path());
    DatasetLoader loader;
    const auto data = loader.Load(valid.Spec(), {folder.path(), 0, at::kFloat});
    EXPECT_TRUE(data.ok()) << data.status();
  }
}

TEST(DatasetLoaderTest, AFileThatChangedIsReadAgain) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  DatasetLoader loader;
  ASSERT_TRUE(loader.Load(SmallMnist(), {folder.path(), 0, at::kFloat}).ok());
  WriteGzip(folder / "mnist/train-labels-idx1-ubyte.gz", IdxLabels(79));
  EXPECT_TRUE(absl::IsDataLoss(loader.Load(SmallMnist(), {folder.path(), 0, at::kFloat}).status()));
}

TEST(DatasetLoaderTest, AnotherSeedSplitsTheSameFilesAnew) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  DatasetLoader loader;
  const auto first = loader.Load(SmallMnist(), {folder.path(), 0, at::kFloat});
  const auto second = loader.Load(SmallMnist(), {folder.path(), 1, at::kFloat});
  EXPECT_FALSE(first->train.All().inputs.equal(second->train.All().inputs));
}

TEST(DatasetLoaderTest, MoreExamplesThanTheFilesHoldAreRefused) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  v1::Dataset spec = SmallMnist();
  spec.mutable_mnist()->set_train(81);
  DatasetLoader loader;
  EXPECT_TRUE(absl::IsInvalidArgument(loader.Load(spec, {folder.path(), 0, at::kFloat}).status()));
}

class MalformedDataTest : public testing::TestWithParam<MalformedFile> {};

TEST_P(MalformedDataTest, IsRefusedWithItsNameAndOffset) {
  const TemporaryFolder folder;
  const MalformedFile& file = GetParam();
  file.Write(folder.path());
  DatasetLoader loader;
  const auto data = loader.Load(file.valid.Spec(), {folder.path(), 0, at::kFloat});
  ASSERT_TRUE(absl::IsDataLoss(data.status())) << data.status();
  EXPECT_THAT(std::string(data.status().message()), HasSubstr(file.name));
  EXPECT_THAT(std::string(data.status().message()), HasSubstr("offset"));
}

INSTANTIATE_TEST_SUITE_P(Files, MalformedDataTest, testing::ValuesIn(MalformedFiles()),
                         [](const auto& test) { return test.param.title; });

}  // namespace
}  // namespace geometer::trainer
