#include "worker/trainer/sources/image_folder.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/sources/picture.h"

namespace geometer::trainer {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// Three training pictures of the classes ant and bee, and a test picture.
void WriteInsects(const fs::path& folder) {
  WriteBytes(folder / "insects/train/bee/1.png", PngPicture(6, 6, 1));
  WriteBytes(folder / "insects/train/ant/2.jpg", JpegPicture(8, 6, 2));
  WriteBytes(folder / "insects/train/ant/1.PNG", PngPicture(4, 9, 3));
  WriteBytes(folder / "insects/train/ant/notes.txt", "not a picture");
  WriteBytes(folder / "insects/test/bee/1.png", PngPicture(6, 5, 4));
}

ImageFolder Insects(const fs::path& folder, int64_t side = 4) {
  return {folder / "insects", side, /*channels=*/3, /*threads=*/2};
}

std::vector<std::string> PixelFiles(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST(ImageFolderTest, ClassesAndPicturesAreInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  WriteInsects(folder.path());
  const auto data = OpenImageFolder(Insects(folder.path()));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 2);
  EXPECT_TRUE(at::equal(data->train.targets, at::tensor({0, 0, 1}, at::kLong)));
  EXPECT_TRUE(at::equal(data->test.targets, at::tensor({1}, at::kLong)));
  EXPECT_THAT(data->train.inputs.sizes().vec(), ElementsAre(3, 3, 4, 4));
  const auto square = FitSquare(*DecodePicture({"", PngPicture(6, 5, 4)}, 3), 4);
  EXPECT_TRUE(at::equal(data->test.inputs.flatten(), at::tensor(square, at::kByte)));
}

TEST(ImageFolderTest, DecodesOnceForEachSize) {
  const TemporaryFolder folder;
  WriteInsects(folder.path());
  ASSERT_TRUE(OpenImageFolder(Insects(folder.path())).ok());
  const auto first = PixelFiles(folder.path());
  ASSERT_TRUE(OpenImageFolder(Insects(folder.path())).ok());
  EXPECT_EQ(PixelFiles(folder.path()), first);
  ASSERT_TRUE(OpenImageFolder(Insects(folder.path(), 5)).ok());
  EXPECT_EQ(PixelFiles(folder.path()).size(), 2);
}

TEST(ImageFolderTest, AChangedFolderIsDecodedAnewAndTheOlderFileDeleted) {
  const TemporaryFolder folder;
  WriteInsects(folder.path());
  ASSERT_TRUE(OpenImageFolder(Insects(folder.path())).ok());
  const auto before = PixelFiles(folder.path());
  WriteBytes(folder / "insects/train/bee/2.png", PngPicture(6, 6, 9));
  EXPECT_EQ(OpenImageFolder(Insects(folder.path()))->train.size(), 4);
  EXPECT_EQ(PixelFiles(folder.path()).size(), 1);
  EXPECT_NE(PixelFiles(folder.path()), before);
}

TEST(ImageFolderTest, NoPicturesToTrainOnIsNotFound) {
  const absl::Status status = OpenImageFolder({"/nowhere/insects"}).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere/insects/train has no pictures"));
}

TEST(ImageFolderTest, ATestClassWithoutTrainingPicturesIsRefused) {
  const TemporaryFolder folder;
  WriteInsects(folder.path());
  WriteBytes(folder / "insects/test/cricket/1.png", PngPicture(6, 6));
  const absl::Status status = OpenImageFolder(Insects(folder.path())).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("insects/test/cricket"));
}

}  // namespace
}  // namespace geometer::trainer
