#include "worker/geometry/datasets/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace geometer::geometry {
namespace {

using testing::ElementsAre;

std::string Word(uint32_t value) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(value >> shift);
  return bytes;
}

// Two images of 2×3 pixels with the values 0 … 11, and their labels.
std::string Images() {
  std::string bytes = Word(0x803) + Word(2) + Word(2) + Word(3);
  for (char value = 0; value < 12; ++value) bytes += value;
  return bytes;
}
std::string Labels() { return Word(0x801) + Word(2) + std::string{7, 0}; }

absl::StatusOr<Examples> Parse(const std::string& images, const std::string& labels) {
  return ParseIdx({"images.gz", images}, {"labels.gz", labels}, {});
}

TEST(IdxTest, ReadsImagesAndLabels) {
  const absl::StatusOr<Examples> examples = Parse(Images(), Labels());
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_THAT(examples->inputs.sizes().vec(), ElementsAre(2, 1, 2, 3));
  EXPECT_EQ(examples->inputs[1][0][1][2].item<int>(), 11);
  EXPECT_EQ(examples->targets[0].item<int64_t>(), 7);
}

TEST(IdxTest, HoldsACopyOfTheBytes) {
  std::string images = Images();
  const absl::StatusOr<Examples> examples = Parse(images, Labels());
  images.assign(images.size(), '\xff');
  EXPECT_EQ(examples->inputs.max().item<int>(), 11);
}

struct Refusal {
  const char* name;
  std::string images;
  std::string labels;
  std::string message;
};

class IdxRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(IdxRefusal, NamesTheFileAndTheOffset) {
  const absl::Status status = Parse(GetParam().images, GetParam().labels).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), GetParam().message);
}

std::string ImagesOf(uint32_t count, uint32_t rows, uint32_t columns) {
  return Word(0x803) + Word(count) + Word(rows) + Word(columns) + Images().substr(16);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, IdxRefusal,
    testing::Values(
        Refusal{"NoImages", "", Labels(),
                "images.gz: offset 0: expected a header of 16 bytes, got the end of the file"},
        Refusal{"ShortHeader", Images().substr(0, 15), Labels(),
                "images.gz: offset 15: expected a header of 16 bytes, got the end of the file"},
        Refusal{"LabelsAsImages", Word(0x801) + Images().substr(4), Labels(),
                "images.gz: offset 0: expected magic 0x00000803, got 0x00000801"},
        Refusal{"ZeroImages", ImagesOf(0, 2, 3), Labels(),
                "images.gz: offset 4: expected at least 1 image, got 0"},
        Refusal{"ZeroRows", ImagesOf(2, 0, 3), Labels(),
                "images.gz: offset 8: expected a side of 1 to 65536 pixels, got 0"},
        Refusal{"HugeColumns", ImagesOf(2, 2, 0xffffffff), Labels(),
                "images.gz: offset 12: expected a side of 1 to 65536 pixels, got 4294967295"},
        Refusal{"HugeCount", ImagesOf(0xffffffff, 65536, 65536), Labels(),
                "images.gz: offset 28: expected 4294967295 items of 4294967296 bytes after the "
                "header, got 12 bytes"},
        Refusal{"TruncatedImages", Images().substr(0, 27), Labels(),
                "images.gz: offset 27: expected 2 items of 6 bytes after the header, got 11 bytes"},
        Refusal{"TrailingByte", Images() + "x", Labels(),
                "images.gz: offset 28: expected 2 items of 6 bytes after the header, got 13 bytes"},
        Refusal{"ShortLabels", Images(), Word(0x801),
                "labels.gz: offset 4: expected a header of 8 bytes, got the end of the file"},
        Refusal{"ImagesAsLabels", Images(), Images(),
                "labels.gz: offset 0: expected magic 0x00000801, got 0x00000803"},
        Refusal{"FewerLabels", Images(), Word(0x801) + Word(1) + std::string{7},
                "labels.gz: offset 4: expected 2 labels, one per image, got 1"},
        Refusal{"TruncatedLabels", Images(), Labels().substr(0, 9),
                "labels.gz: offset 9: expected 2 items of 1 bytes after the header, got 1 bytes"},
        Refusal{"TrailingLabel", Images(), Labels() + "x",
                "labels.gz: offset 10: expected 2 items of 1 bytes after the header, got 3 bytes"},
        Refusal{"LabelOutOfRange", Images(), Word(0x801) + Word(2) + std::string{7, 10},
                "labels.gz: offset 9: expected a label 0 to 9, got 10"}),
    [](const auto& info) { return info.param.name; });

TEST(IdxTest, LabelsCountFromTheFirstOfTheRange) {
  const std::string labels = Word(0x801) + Word(2) + std::string{1, 26};
  const auto examples = ParseIdx({"i", Images()}, {"l", labels}, {.classes = 26, .first = 1});
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_EQ(examples->targets[0].item<int64_t>(), 0);
  EXPECT_EQ(examples->targets[1].item<int64_t>(), 25);
  EXPECT_EQ(
      ParseIdx({"i", Images()}, {"l", Labels()}, {.classes = 26, .first = 1}).status().message(),
      "l: offset 9: expected a label 1 to 26, got 0");
}

TEST(EmnistTest, TurnsPicturesUpright) {
  const auto examples = ParseEmnist({"i", Images()}, {"l", Labels()}, {});
  EXPECT_THAT(examples->inputs.sizes().vec(), ElementsAre(2, 1, 3, 2));
  EXPECT_EQ(examples->inputs[0][0][2][1].item<int>(), 5);  // was row 1, column 2
  EXPECT_EQ(examples->inputs[0][0][1][0].item<int>(), 1);  // was row 0, column 1
}

}  // namespace
}  // namespace geometer::geometry
