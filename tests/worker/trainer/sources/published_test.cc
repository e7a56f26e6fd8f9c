#include "worker/trainer/sources/published.h"

#include <gmock/gmock.h>

#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

void WriteEmnist(const std::filesystem::path& folder, const std::string& split,
                 const std::string& labels) {
  for (const char* part : {"train", "test"}) {
    const std::string prefix = "emnist-" + split + "-" + part;
    WriteGzip(folder / (prefix + "-images-idx3-ubyte.gz"), IdxImages(10, 4));
    WriteGzip(folder / (prefix + "-labels-idx1-ubyte.gz"), labels);
  }
}

TEST(PublishedTest, TheLettersOfEmnistCountFromOne) {
  const TemporaryFolder folder;
  std::string labels = IdxLabels(10);
  labels[8] = 26;
  WriteEmnist(folder.path(), "letters", labels);
  const auto data = ReadEmnist(folder.path(), v1::EMNIST_SPLIT_LETTERS);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 26);
  EXPECT_EQ(data->train.targets[0].item<int64_t>(), 25);
  EXPECT_EQ(data->train.targets[3].item<int64_t>(), 2);
}

TEST(PublishedTest, EachPartOfEmnistHasItsClasses) {
  const TemporaryFolder folder;
  WriteEmnist(folder.path(), "balanced", IdxLabels(10));
  WriteEmnist(folder.path(), "digits", IdxLabels(10));
  EXPECT_EQ(ReadEmnist(folder.path(), v1::EMNIST_SPLIT_BALANCED)->classes, 47);
  EXPECT_EQ(ReadEmnist(folder.path(), v1::EMNIST_SPLIT_DIGITS)->classes, 10);
}

TEST(PublishedTest, Cifar100HasTheClassesOfItsLabels) {
  const TemporaryFolder folder;
  WriteGzip(folder / "train.bin.gz", Cifar100Records(30));
  WriteGzip(folder / "test.bin.gz", Cifar100Records(2));
  const auto fine = ReadCifar100(folder.path(), v1::CIFAR100_LABELS_FINE);
  const auto coarse = ReadCifar100(folder.path(), v1::CIFAR100_LABELS_COARSE);
  EXPECT_EQ(fine->classes, 100);
  EXPECT_EQ(fine->train.targets[29].item<int64_t>(), 29);
  EXPECT_EQ(coarse->classes, 20);
  EXPECT_EQ(coarse->train.targets[29].item<int64_t>(), 9);
}

TEST(PublishedTest, AMissingFileNamesTheCommandThatFetchesIt) {
  const absl::Status status = ReadSvhn("/nowhere/svhn").status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("/nowhere/svhn/train_32x32.mat is missing; to get it: deploy/data.sh svhn"));
}

}  // namespace
}  // namespace geometer::trainer
