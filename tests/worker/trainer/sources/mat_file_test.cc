#include "worker/trainer/sources/mat_file.h"

#include <gmock/gmock.h>

#include "tests/worker/trainer/data_files.h"

namespace geometer::trainer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<std::vector<MatArray>> Parse(const std::string& bytes, size_t max_bytes = 1 << 20) {
  return ParseMat({"a.mat", bytes}, max_bytes);
}

TEST(MatFileTest, ReadsArraysOneAfterAnother) {
  const auto arrays =
      Parse(MatHeader() + MatElement("first", {2, 3}, "abcdef") + MatElement("b", {1}, "z"));
  ASSERT_TRUE(arrays.ok()) << arrays.status();
  ASSERT_EQ(arrays->size(), 2);
  EXPECT_EQ((*arrays)[0].name, "first");
  EXPECT_THAT((*arrays)[0].dimensions, ElementsAre(2, 3));
  EXPECT_EQ((*arrays)[0].bytes, "abcdef");
  EXPECT_EQ((*arrays)[1].bytes, "z");
}

// Data of up to four bytes may share eight bytes with their type and size.
TEST(MatFileTest, ReadsSmallElements) {
  std::string element = MatElement("y", {2, 1}, "ab");
  const std::string name("\1\0\0\0\1\0\0\0y\0\0\0\0\0\0\0", 16);
  const std::string small_name("\1\0\1\0y\0\0\0", 8);
  element.replace(element.find(name), name.size(), small_name);
  element[4] = static_cast<char>(element[4] - 8);
  const auto arrays = Parse(MatHeader() + element);
  ASSERT_TRUE(arrays.ok()) << arrays.status();
  EXPECT_EQ((*arrays)[0].name, "y");
  EXPECT_EQ((*arrays)[0].bytes, "ab");
}

TEST(MatFileTest, CompressedAndPlainFilesHoldTheSame) {
  const auto plain = Parse(SvhnMat(3, false)), compressed = Parse(SvhnMat(3, true));
  ASSERT_TRUE(plain.ok() && compressed.ok()) << plain.status() << compressed.status();
  EXPECT_EQ((*plain)[0].bytes, (*compressed)[0].bytes);
  EXPECT_EQ((*plain)[1].bytes, (*compressed)[1].bytes);
}

TEST(MatFileTest, NeverInflatesMoreThanAllowed) {
  const absl::Status status = Parse(SvhnMat(3), /*max_bytes=*/1000).status();
  EXPECT_EQ(status.message(), "a.mat: offset 128: expected the end of the array, got more data");
}

// Every prefix of a file, and every byte of its structure changed, is an error with its place or a
// file, never a crash.
TEST(MatFileTest, NoByteOfAFileCanDoHarm) {
  const std::string file = MatHeader() + MatElement("X", {2, 3}, "abcdef");
  for (size_t i = 0; i < file.size(); ++i) {
    EXPECT_TRUE(i == 128 || absl::IsDataLoss(Parse(file.substr(0, i)).status())) << i;
    for (const char value : {'\0', '\1', '\x7f', '\xff'}) {
      std::string changed = file;
      changed[i] = value;
      const auto arrays = Parse(changed);
      EXPECT_TRUE(arrays.ok() || absl::IsDataLoss(arrays.status())) << i;
    }
  }
}

TEST(MatFileTest, OtherValuesThanBytesAreRefused) {
  std::string file = MatHeader() + MatElement("X", {2, 3}, "abcdef");
  file[file.size() - 16] = 9;  // the type of the values: double
  EXPECT_THAT(std::string(Parse(file).status().message()),
              HasSubstr("expected values that are bytes, got type 9"));
}

}  // namespace
}  // namespace geometer::trainer
