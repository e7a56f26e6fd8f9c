#include "worker/trainer/datasets.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
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

v1::Dataset Data(const std::string& yaml) { return Job("data: {" + yaml + "}").data(0); }

absl::StatusOr<geometry::Dataset> Load(const TemporaryFolder& folder, const std::string& yaml) {
  return DatasetLoader().Load(Data(yaml), {folder.path(), 0, at::kDouble});
}

TEST(DatasetLoaderTest, EveryMadeDataSetLoads) {
  for (const char* yaml : {"function: {}", "points: {inputs: [1], targets: [2]}", "two_moons: {}",
                           "circles: {}", "gaussian_classes: {}", "linear_teacher: {}"}) {
    const auto data = Load(TemporaryFolder(), yaml);
    ASSERT_TRUE(data.ok()) << data.status();
    EXPECT_EQ(data->normalization.deviation, std::vector<double>{1}) << yaml;
  }
}

TEST(DatasetLoaderTest, AnotherWayToReadTheSameFilesReadsThemAgain) {
  const TemporaryFolder folder;
  WriteGzip(folder / "cifar100/train.bin.gz", Cifar100Records(30));
  WriteGzip(folder / "cifar100/test.bin.gz", Cifar100Records(2));
  DatasetLoader loader;
  const std::string sizes = "train: 20, validation: 0, test: 1}";
  const auto fine = loader.Load(Data("cifar100: {" + sizes), {folder.path()});
  const auto coarse = loader.Load(Data("cifar100: {labels: coarse, " + sizes), {folder.path()});
  EXPECT_EQ(fine->classes, 100);
  EXPECT_EQ(coarse->classes, 20);
}

constexpr char kSmallMnist[] = "mnist: {train: 16, validation: 0, test: 4}";

TEST(DatasetLoaderTest, CommonOptionsApplyToEverySource) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  const auto data =
      Load(folder, kSmallMnist + std::string(", classes: [7, 2], normalization: {global: {}}"));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 2);
  EXPECT_NEAR(data->train.All().inputs.std(/*unbiased=*/false).item<double>(), 1, 1e-12);
  const auto plain = Load(folder, kSmallMnist);
  const auto corrupted = Load(folder, kSmallMnist + std::string(", corruption: 1"));
  EXPECT_FALSE(plain->train.targets().equal(corrupted->train.targets()));
  EXPECT_TRUE(plain->test.targets().equal(corrupted->test.targets()));
}

TEST(DatasetLoaderTest, GivenNumbersNormalise) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  const auto given = Load(
      folder, kSmallMnist + std::string(", normalization: {given: {mean: [0.5], deviation: [2]}}"));
  const auto none = Load(folder, kSmallMnist + std::string(", normalization: {none: {}}"));
  const at::Tensor expected = (none->train.All().inputs - 0.5) / 2;
  EXPECT_TRUE(at::allclose(given->train.All().inputs, expected));
}

TEST(DatasetLoaderTest, ColumnsCannotBeAugmented) {
  const TemporaryFolder folder;
  WriteBytes(folder / "own/inputs.npy", Npy("|u1", "(4, 3)", RandomBytes(12, 1)));
  WriteBytes(folder / "own/targets.npy", Npy("|u1", "(4,)", std::string(4, 0)));
  const auto data = Load(folder, "npy: {folder: own, train: 4}, augmentation: {flip: true}");
  EXPECT_THAT(std::string(data.status().message()), HasSubstr("augmentation: needs pictures"));
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
