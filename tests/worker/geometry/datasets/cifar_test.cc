#include "worker/geometry/datasets/cifar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace geometer::geometry {
namespace {

using testing::ElementsAre;

// A picture whose planes are all red, green and blue bytes of the given values.
std::string Record(int label, char red, char green, char blue) {
  return std::string(1, static_cast<char>(label)) + std::string(1024, red) +
         std::string(1024, green) + std::string(1024, blue);
}

TEST(Cifar10Test, ReadsFilesOneAfterAnother) {
  const std::string first = Record(3, 1, 2, 3) + Record(9, 4, 5, 6), second = Record(0, 7, 8, 9);
  const absl::StatusOr<Examples> examples = ParseCifar10({{"1.bin", first}, {"2.bin", second}});
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_THAT(examples->inputs.sizes().vec(), ElementsAre(3, 3, 32, 32));
  EXPECT_EQ(examples->inputs[1][2][31][31].item<int>(), 6);
  EXPECT_EQ(examples->inputs[2][0][0][0].item<int>(), 7);
  EXPECT_EQ(examples->targets[1].item<int64_t>(), 9);
}

std::string Message(const std::string& bytes) {
  const std::string fine = Record(0, 0, 0, 0);
  const absl::Status status = ParseCifar10({{"1.bin", fine}, {"2.bin", bytes}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  return std::string(status.message());
}

TEST(Cifar10Test, AnEmptyFileIsRefused) {
  EXPECT_EQ(Message(""), "2.bin: offset 0: expected a record of 3073 bytes, got 0 bytes");
}

TEST(Cifar10Test, APartOfARecordIsRefused) {
  EXPECT_EQ(Message(Record(1, 0, 0, 0) + "abc"),
            "2.bin: offset 3073: expected a record of 3073 bytes, got 3 bytes");
  EXPECT_EQ(Message(Record(1, 0, 0, 0).substr(1)),
            "2.bin: offset 0: expected a record of 3073 bytes, got 3072 bytes");
}

TEST(Cifar10Test, ALabelOutOfRangeIsRefused) {
  EXPECT_EQ(Message(Record(1, 0, 0, 0) + Record(10, 0, 0, 0)),
            "2.bin: offset 3073: expected a label below 10, got 10");
  EXPECT_EQ(Message(Record(255, 0, 0, 0)), "2.bin: offset 0: expected a label below 10, got 255");
}

TEST(Cifar10Test, NoFilesAreRefused) {
  EXPECT_EQ(ParseCifar10({}).status().code(), absl::StatusCode::kInvalidArgument);
}

std::string Record100(int coarse, int fine) {
  return std::string{static_cast<char>(coarse), static_cast<char>(fine)} +
         Record(0, 1, 2, 3).substr(1);
}

TEST(Cifar100Test, TakesTheLabelsAskedFor) {
  const std::string bytes = Record100(19, 99) + Record100(3, 0);
  const auto fine = ParseCifar100({"train.bin", bytes}, Cifar100Labels::kFine);
  const auto coarse = ParseCifar100({"train.bin", bytes}, Cifar100Labels::kCoarse);
  EXPECT_EQ(fine->targets[0].item<int64_t>(), 99);
  EXPECT_EQ(coarse->targets[0].item<int64_t>(), 19);
  EXPECT_EQ(coarse->targets[1].item<int64_t>(), 3);
  EXPECT_EQ(fine->inputs[1][2][31][31].item<int>(), 3);
}

TEST(Cifar100Test, EitherLabelOutOfRangeIsRefused) {
  const auto parse = [](const std::string& bytes) {
    return std::string(
        ParseCifar100({"train.bin", bytes}, Cifar100Labels::kFine).status().message());
  };
  EXPECT_EQ(parse(Record100(20, 0)), "train.bin: offset 0: expected a label below 20, got 20");
  EXPECT_EQ(parse(Record100(0, 0) + Record100(0, 100)),
            "train.bin: offset 3075: expected a label below 100, got 100");
}

}  // namespace
}  // namespace geometer::geometry
