#include "worker/trainer/sources/svhn.h"

#include <ATen/core/Tensor.h>
#include <gmock/gmock.h>

#include "tests/worker/trainer/data_files.h"

namespace geometer::trainer {
namespace {

using testing::ElementsAre;

// Byte (r, c, k, n) of MATLAB's array lies at r + 32·(c + 32·(k + 3·n)).
TEST(SvhnTest, PicturesHaveRowsColumnsAndChannelsInTheirPlaces) {
  const std::string bytes = RandomBytes(3072 * 2, 8);
  const std::string file = MatHeader() + MatElement("X", {32, 32, 3, 2}, bytes) +
                           MatElement("y", {2, 1}, std::string("\12\3"));
  const auto examples = ParseSvhn({"test.mat", file});
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_THAT(examples->inputs.sizes().vec(), ElementsAre(2, 3, 32, 32));
  const int row = 5, column = 17, channel = 2, picture = 1;
  const auto expected =
      static_cast<uint8_t>(bytes[row + 32 * (column + 32 * (channel + 3 * picture))]);
  EXPECT_EQ(examples->inputs[picture][channel][row][column].item<int>(), expected);
}

TEST(SvhnTest, LabelTenMeansZero) {
  const std::string file = MatHeader() + MatElement("y", {2, 1}, std::string("\12\3")) +
                           MatElement("X", {32, 32, 3, 2}, RandomBytes(3072 * 2, 8));
  const auto examples = ParseSvhn({"test.mat", file});
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_EQ(examples->targets[0].item<int64_t>(), 0);
  EXPECT_EQ(examples->targets[1].item<int64_t>(), 3);
}

}  // namespace
}  // namespace geometer::trainer
