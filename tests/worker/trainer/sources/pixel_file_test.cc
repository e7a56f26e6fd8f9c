#include "worker/trainer/sources/pixel_file.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/worker/trainer/temporary_folder.h"

namespace geometer::trainer {
namespace {

// 100 pictures of 2 × 3 bytes, each filled with its number.
PixelFile Numbered(const std::filesystem::path& path, int threads = 1) {
  return {path, 100, {1, 2, 3}, threads};
}

absl::StatusOr<std::vector<uint8_t>> Number(int64_t i) {
  return std::vector<uint8_t>(6, static_cast<uint8_t>(i));
}

absl::StatusOr<std::vector<uint8_t>> Nothing(int64_t i) {
  return absl::DataLossError(std::to_string(i));
}

TEST(PixelFileTest, HoldsEveryPictureInItsPlaceWhateverTheThreads) {
  const TemporaryFolder folder;
  for (const int threads : {1, 8}) {
    const auto pixels = MapPixels(Numbered(folder / std::to_string(threads), threads), Number);
    ASSERT_TRUE(pixels.ok()) << pixels.status();
    EXPECT_EQ(pixels->sizes(), (std::vector<int64_t>{100, 1, 2, 3}));
    for (int64_t i = 0; i < 100; ++i) {
      EXPECT_EQ((*pixels)[i].min().item<int64_t>(), i);
      EXPECT_EQ((*pixels)[i].max().item<int64_t>(), i);
    }
  }
}

TEST(PixelFileTest, AFileThatIsThereIsNotMadeAgain) {
  const TemporaryFolder folder;
  ASSERT_TRUE(MapPixels(Numbered(folder / "a"), Number).ok());
  EXPECT_TRUE(MapPixels(Numbered(folder / "a"), Nothing).ok());
}

TEST(PixelFileTest, APartOfAFileIsMadeAgain) {
  const TemporaryFolder folder;
  ASSERT_TRUE(MapPixels(Numbered(folder / "a"), Number).ok());
  std::filesystem::resize_file(folder / "a", 599);
  EXPECT_TRUE(absl::IsDataLoss(MapPixels(Numbered(folder / "a"), Nothing).status()));
  EXPECT_TRUE(MapPixels(Numbered(folder / "a"), Number).ok());
}

TEST(PixelFileTest, TheErrorOfTheEarliestPictureIsReportedAndNothingIsLeft) {
  const TemporaryFolder folder;
  const auto odd = [](int64_t i) { return i % 2 == 1 ? Nothing(i) : Number(i); };
  for (const int threads : {1, 8}) {
    EXPECT_EQ(MapPixels(Numbered(folder / "a", threads), odd).status().message(), "1");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  }
}

TEST(PixelFileTest, TwoThatNeedTheFileMakeItOnce) {
  const TemporaryFolder folder;
  std::atomic<int> made = 0;
  const auto count = [&](int64_t i) {
    ++made;
    return Number(i);
  };
  {
    std::vector<std::jthread> users;
    for (int i = 0; i < 4; ++i) {
      users.emplace_back([&] { EXPECT_TRUE(MapPixels(Numbered(folder / "a"), count).ok()); });
    }
  }
  EXPECT_EQ(made, 100);
}

}  // namespace
}  // namespace geometer::trainer
