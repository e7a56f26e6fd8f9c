// Runs on pictures that are decoded, converted and augmented in the background.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

// Twelve training pictures and four test pictures of two classes.
void WritePictures(const std::filesystem::path& folder) {
  for (int i = 0; i < 16; ++i) {
    const std::string split = i < 12 ? "train" : "test", name = i % 2 == 0 ? "cat" : "dog";
    WriteBytes(folder / absl::StrCat("own/", split, "/", name, "/", i, ".png"),
               PngPicture(6 + i % 3, 8, i));
  }
}

v1::JobSpec FolderJob(int threads) {
  return Job(kMlpJob,
             {"data={image_folder: {folder: own, size: 6, train: 9, validation: 3, test: 4}}",
              "data.augmentation={crop: 1, flip: true}", "learner.batches.size=4",
              absl::StrCat("resources.loading_threads=", threads)});
}

geometry::NamedTensors WeightsOf(const v1::JobSpec& spec) {
  const TemporaryFolder folder;
  WritePictures(folder.path());
  Recorder recorder;
  const v1::Finish finish = RunIn(folder.path(), spec, recorder);
  EXPECT_EQ(finish.outcome(), v1::OUTCOME_SUCCEEDED) << finish.message();
  return WeightsIn(folder.path());
}

TEST(LoadingTest, WeightsAreBitwiseEqualWhateverTheLoadingThreads) {
  const geometry::NamedTensors alone = WeightsOf(FolderJob(0));
  EXPECT_TRUE(BitwiseEqual(alone, WeightsOf(FolderJob(1))));
  EXPECT_TRUE(BitwiseEqual(alone, WeightsOf(FolderJob(8))));
}

TEST(LoadingTest, AResumeEndsWithTheSameBits) {
  const TemporaryFolder whole, half;
  for (const auto* folder : {&whole, &half}) WritePictures(folder->path());
  Recorder uninterrupted, resumed;
  ASSERT_EQ(RunIn(whole.path(), FolderJob(2), uninterrupted).outcome(), v1::OUTCOME_SUCCEEDED);
  const std::string middle = uninterrupted.Checkpoints().at(0).path();
  ASSERT_EQ(RunIn(half.path(), FolderJob(2), resumed, middle).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_TRUE(BitwiseEqual(WeightsIn(whole.path()), WeightsIn(half.path())));
}

TEST(LoadingTest, EveryProbeReadsPicturesInAFileAndChangesNothing) {
  EXPECT_TRUE(BitwiseEqual(WeightsOf(FolderJob(1)), WeightsOf(WithAllProbes(FolderJob(1), 5))));
}

}  // namespace
}  // namespace geometer::trainer
