#include "worker/trainer/sample_grid.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/worker/trainer/attempts.h"
#include "tests/worker/trainer/data_files.h"
#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/sources/picture.h"

namespace geometer::trainer {
namespace {

using testing::Contains;
using testing::Each;
using testing::Not;

Picture GridIn(const std::filesystem::path& folder, int64_t channels) {
  std::ostringstream bytes;
  bytes << std::ifstream(folder / kSampleGridFile, std::ios::binary).rdbuf();
  const std::string text = bytes.str();
  return DecodePicture({"samples.png", text}, channels).value();
}

// A GAN on pictures of 8 × 8 pixels whose generator makes `value` of every pixel, as a network sees
// it, and never moves.
std::string Constant(double value) {
  std::string numbers;
  for (int i = 0; i < 64; ++i) numbers += (i > 0 ? ", " : "") + std::to_string(value);
  return "learners[1].model={point: {start: [" + numbers + "]}}";
}

TEST(SampleGridTest, PixelsAreWhatTheNormalizationMakesOfSamples) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  const v1::JobSpec spec =
      Job(kGanJob, {"stop.steps=1", "data.normalization={given: {mean: [0.4], deviation: [0.2]}}",
                    "learners[1].optimizer.sgd.learning_rate=1e-9", Constant(0.5)});
  ASSERT_EQ(RunIn(folder.path(), spec, recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_THAT(recorder.Artifacts(), Contains(kSampleGridFile));
  const Picture grid = GridIn(folder.path(), 1);
  EXPECT_EQ(grid.width, 8 * 64);  // magnified eight times
  EXPECT_EQ(grid.height, 8 * 64);
  EXPECT_THAT(grid.pixels, Each(128));  // 255·(0.4 + 0.2·0.5), rounded
}

TEST(SampleGridTest, ValuesBeyondBlackAndWhiteAreCut) {
  const TemporaryFolder folder;
  WriteSmallMnist(folder.path());
  Recorder recorder;
  const v1::JobSpec spec =
      Job(kGanJob, {"stop.steps=1", "learners[1].optimizer.sgd.learning_rate=1e-9", Constant(1e6)});
  ASSERT_EQ(RunIn(folder.path(), spec, recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_THAT(GridIn(folder.path(), 1).pixels, Each(255));
}

TEST(SampleGridTest, OtherRunsHaveNone) {
  const TemporaryFolder folder;
  Recorder recorder;
  ASSERT_EQ(RunIn(folder.path(), Job(kGameJob), recorder).outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_THAT(recorder.Artifacts(), Not(Contains(kSampleGridFile)));
}

}  // namespace
}  // namespace geometer::trainer
