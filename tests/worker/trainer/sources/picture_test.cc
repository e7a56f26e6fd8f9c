#include "worker/trainer/sources/picture.h"

#include <gmock/gmock.h>
#include <turbojpeg.h>

#include <cmath>

#include "tests/worker/trainer/data_files.h"

namespace geometer::trainer {
namespace {

using testing::Each;
using testing::ElementsAre;

// value(x, y) at every pixel of one channel.
template <typename Value>
Picture Grey(int64_t width, int64_t height, const Value& value) {
  Picture picture{width, height, 1, {}};
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<uint8_t>(value(x, y)));
    }
  }
  return picture;
}

TEST(DecodePictureTest, APngHasItsPixels) {
  const auto picture = DecodePicture({"a.png", PngPicture(5, 7, 3)}, 3);
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->width, 5);
  EXPECT_EQ(picture->height, 7);
  const std::string pixels = RandomBytes(5 * 7 * 3, 3);
  EXPECT_EQ(std::string(picture->pixels.begin(), picture->pixels.end()), pixels);
}

// Every pixel's noise is beyond what JPEG keeps, but not the mean.
TEST(DecodePictureTest, AJpegHasItsSizeAndMean) {
  const auto picture = DecodePicture({"a.jpg", JpegPicture(40, 30, 3)}, 3);
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->width, 40);
  EXPECT_EQ(picture->height, 30);
  const std::string original = RandomBytes(40 * 30 * 3, 3);
  double difference = 0;
  for (size_t i = 0; i < original.size(); ++i) {
    difference += picture->pixels[i] - static_cast<double>(static_cast<uint8_t>(original[i]));
  }
  EXPECT_LT(std::abs(difference / static_cast<double>(original.size())), 5);
}

TEST(DecodePictureTest, OneChannelIsGrey) {
  for (const std::string& bytes : {PngPicture(4, 3), JpegPicture(4, 3)}) {
    const auto picture = DecodePicture({"a", bytes}, 1);
    ASSERT_TRUE(picture.ok()) << picture.status();
    EXPECT_EQ(picture->pixels.size(), 12);
  }
}

// Inks are stored inverted: light passes each of them in the share c/255, and black in k/255.
TEST(DecodePictureTest, ColoursOfInkBecomeColoursOfLight) {
  std::vector<uint8_t> ink;
  for (int i = 0; i < 64; ++i) ink.insert(ink.end(), {200, 100, 50, 127});
  unsigned char* out = nullptr;
  unsigned long size = 0;  // NOLINT: the library's type
  const tjhandle handle = tjInitCompress();
  tjCompress2(handle, ink.data(), 8, 0, 8, TJPF_CMYK, &out, &size, TJSAMP_444, 100, 0);
  const auto picture = DecodePicture({"ink.jpg", {reinterpret_cast<char*>(out), size}}, 3);
  tjFree(out);
  tjDestroy(handle);
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_NEAR(picture->pixels[0], 200 * 127 / 255, 3);
  EXPECT_NEAR(picture->pixels[1], 100 * 127 / 255, 3);
  EXPECT_NEAR(picture->pixels[2], 50 * 127 / 255, 3);
}

TEST(DecodePictureTest, OtherBytesAreRefusedByName) {
  EXPECT_EQ(DecodePicture({"a.png", "GIF89a"}, 3).status().message(),
            "a.png: offset 0: expected a PNG or JPEG picture, got other bytes");
}

// Every prefix of a file is an error, and every byte changed an error or a picture.
TEST(DecodePictureTest, NoByteOfAFileCanDoHarm) {
  for (const std::string& bytes : {PngPicture(9, 8), JpegPicture(9, 8)}) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(~changed[i]);
      const auto picture = DecodePicture({"a", changed}, 3);
      EXPECT_TRUE(picture.ok() || absl::IsDataLoss(picture.status()));
    }
    for (size_t i = 0; i + 12 < bytes.size(); ++i) {
      EXPECT_TRUE(absl::IsDataLoss(DecodePicture({"a", bytes.substr(0, i)}, 3).status())) << i;
    }
  }
}

TEST(FitSquareTest, APictureOfThatSizeStaysAsItIs) {
  const Picture picture = Grey(6, 6, [](int64_t x, int64_t y) { return 40 * x + y * y; });
  EXPECT_EQ(FitSquare(picture, 6), picture.pixels);
}

TEST(FitSquareTest, TheMiddleOfTheLongerSideIsCutOut) {
  const Picture wide = Grey(10, 4, [](int64_t x, int64_t) { return 10 * x; });
  const Picture middle = Grey(4, 4, [](int64_t x, int64_t) { return 10 * (x + 3); });
  EXPECT_EQ(FitSquare(wide, 4), middle.pixels);
}

TEST(FitSquareTest, OneColourStaysThatColour) {
  const Picture picture = Grey(37, 23, [](int64_t, int64_t) { return 201; });
  for (const int64_t side : {5, 23, 40}) EXPECT_THAT(FitSquare(picture, side), Each(201));
}

// A triangle of radius 2 around the middle of pixels 2j and 2j + 1 weighs those by 3/8 and their
// neighbours by 1/8.
TEST(FitSquareTest, HalvingWeighsByATriangle) {
  const Picture spike = Grey(8, 8, [](int64_t x, int64_t) { return x == 4 ? 240 : 0; });
  const auto square = FitSquare(spike, 4);
  EXPECT_THAT(std::vector<int>(square.begin() + 4, square.begin() + 8), ElementsAre(0, 30, 90, 0));
}

// Away from the borders a linear ramp is sampled at the new pixels' centres.
TEST(FitSquareTest, ARampStaysARamp) {
  const Picture ramp = Grey(60, 60, [](int64_t x, int64_t) { return 4 * x; });
  const auto square = FitSquare(ramp, 20);
  for (int64_t x = 2; x < 18; ++x) EXPECT_NEAR(square[10 * 20 + x], 4 * (3 * x + 1), 1) << x;
}

TEST(FitSquareTest, ChannelsBecomePlanes) {
  const Picture picture{2, 2, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  EXPECT_THAT(FitSquare(picture, 2), ElementsAre(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12));
}

}  // namespace
}  // namespace geometer::trainer
