#include "worker/trainer/files.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

using testing::HasSubstr;

void Truncate(const std::filesystem::path& path, int bytes_less) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - bytes_less);
}

TEST(FilesTest, ReadsACompressedAndAPlainFileAlike) {
  const TemporaryFolder folder;
  WriteGzip(folder / "f.gz", "content");
  std::ofstream(folder / "f") << "content";
  EXPECT_EQ(ReadGzip(folder / "f.gz", 100).value(), "content");
  EXPECT_EQ(ReadGzip(folder / "f", 100).value(), "content");
}

TEST(FilesTest, AFileThatEndsEarlyIsDataLossWithItsNameAndOffset) {
  const TemporaryFolder folder;
  WriteGzip(folder / "f.gz", std::string(100000, 'x'));
  Truncate(folder / "f.gz", 9);
  const absl::Status status = ReadGzip(folder / "f.gz", 1 << 20).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("f.gz: offset "));
}

TEST(FilesTest, AFileThatUnpacksToMoreThanAllowedIsDataLoss) {
  const TemporaryFolder folder;
  WriteGzip(folder / "bomb.gz", std::string(5 << 20, '\0'));
  EXPECT_TRUE(absl::IsDataLoss(ReadGzip(folder / "bomb.gz", 1 << 20).status()));
  EXPECT_TRUE(ReadGzip(folder / "bomb.gz", 5 << 20).ok());
}

TEST(FilesTest, AMissingFileIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(ReadGzip("/nonexistent", 1).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadFile("/nonexistent", 1).status()));
}

TEST(FilesTest, AWriteReplacesTheWholeFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(WriteAtomically(folder / "f", {"a long first content"}).ok());
  ASSERT_TRUE(WriteAtomically(folder / "f", {"sho", "rt"}).ok());
  EXPECT_EQ(ReadFile(folder / "f", 100).value(), "short");
}

// Not missing data.
TEST(FilesTest, AWriteIntoAMissingFolderIsInternal) {
  EXPECT_TRUE(absl::IsInternal(WriteAtomically("/nonexistent/f", {"x"})));
}

// Not out of memory.
TEST(FilesTest, AFullDiskIsInternalAndNamed) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/full", folder / "f.partial");
  const absl::Status status = WriteAtomically(folder / "f", {"x"});
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("f.partial: No space left"));
}

// Not a device error.
TEST(FilesTest, AFileInPlaceOfAFolderIsInternal) {
  const TemporaryFolder folder;
  std::ofstream(folder / "digits") << "x";
  EXPECT_TRUE(absl::IsInternal(ReadGzip(folder / "digits/digits.csv.gz", 1).status()));
}

}  // namespace
}  // namespace geometer::trainer
