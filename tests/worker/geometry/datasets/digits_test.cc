#include "worker/geometry/datasets/digits.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace geometer::geometry {
namespace {

using testing::ElementsAre;

constexpr int kLineBytes = 64 * 2 + 2;

// A line whose pixels are all `pixel`.
std::string Line(const std::string& pixel, const std::string& label) {
  std::string line;
  for (int i = 0; i < 64; ++i) line += pixel + ",";
  return line + label + "\n";
}

// A file of `lines` lines whose pixels are 0 or 5 and whose labels cycle.
std::string Lines(int lines) {
  std::string file;
  for (int i = 0; i < lines; ++i) file += Line(i % 2 == 0 ? "0" : "5", std::to_string(i % 10));
  return file;
}

TEST(DigitsTest, ReadsEveryLine) {
  const std::string file = Lines(1797);
  const absl::StatusOr<RawDataset> digits = ParseDigits({"digits.csv", file});
  ASSERT_TRUE(digits.ok()) << digits.status();
  EXPECT_THAT(digits->train.inputs.sizes().vec(), ElementsAre(1297, 1, 8, 8));
  EXPECT_THAT(digits->test.inputs.sizes().vec(), ElementsAre(500, 1, 8, 8));
  EXPECT_EQ(digits->train.inputs.sum().item<int64_t>() + digits->test.inputs.sum().item<int64_t>(),
            898 * 64 * 5);
  const at::Tensor odd = digits->test.targets.remainder(2);
  EXPECT_TRUE(
      at::equal(digits->test.inputs.select(2, 0).select(2, 0).flatten().to(at::kLong), odd * 5));
}

struct Refusal {
  const char* name;
  std::string file;
  std::string message;
};

class DigitsRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(DigitsRefusal, NamesTheFileAndTheOffset) {
  const absl::Status status = ParseDigits({"digits.csv", GetParam().file}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "digits.csv: offset " + GetParam().message);
}

std::string At(int offset, const std::string& rest) { return std::to_string(offset) + rest; }

INSTANTIATE_TEST_SUITE_P(
    Malformed, DigitsRefusal,
    testing::Values(
        Refusal{"Empty", "", "0: expected a whole number 0 to 16, got the end of the file"},
        Refusal{
            "MissingLines", Lines(1796),
            At(1796 * kLineBytes, ": expected a whole number 0 to 16, got the end of the file")},
        Refusal{"MoreLines", Lines(1798),
                At(1797 * kLineBytes, ": expected the end after 1797 lines, got more bytes")},
        Refusal{
            "NoFinalNewline", Lines(1797).substr(0, 1797 * kLineBytes - 1),
            At(1797 * kLineBytes - 1, ": expected the end of the line, got the end of the file")},
        Refusal{"PixelTooLarge", Line("17", "0"),
                "0: expected a whole number 0 to 16, got '17,17,17'"},
        Refusal{"PixelNegative", Line("-1", "0"),
                "0: expected a whole number 0 to 16, got '-1,-1,-1'"},
        Refusal{"PixelNotWhole", Line("1.5", "0"), "1: expected a comma, got '.5,1.5,1'"},
        Refusal{"PixelOverflows", Line("99999999999", "0"),
                "0: expected a whole number 0 to 16, got '99999999'"},
        Refusal{"PixelMissing", Line("", "0"),
                "0: expected a whole number 0 to 16, got ',,,,,,,,'"},
        Refusal{"LabelTooLarge", Line("0", "10"),
                "128: expected a whole number 0 to 9, got '10\\n'"},
        Refusal{"ColumnMissing", Lines(1).substr(2) + Lines(1),
                "127: expected a comma, got '\\n0,0,0,0'"},
        Refusal{"ColumnTooMany", "0," + Lines(1),
                "129: expected the end of the line, got ',0\\n'"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace geometer::geometry
