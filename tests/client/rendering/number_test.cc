#include "client/rendering/number.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace geometer::client {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(NumberTest, ShortNumbersHaveFourDigits) {
  EXPECT_EQ(ShortNumber(0.123456), "0.1235");
  EXPECT_EQ(ShortNumber(123456789), "1.235e+08");
  EXPECT_EQ(ShortNumber(64000), "64000");
  EXPECT_EQ(ShortNumber(kNaN), "NaN");
  EXPECT_EQ(ShortNumber(-kInfinity), "-∞");
}

TEST(NumberTest, ExactNumbersReadBackToTheSameBits) {
  for (const double value : {0.1, 1.0 / 3, 5e-310, 1.7976931348623157e308}) {
    EXPECT_EQ(std::strtod(ExactNumber(value).c_str(), nullptr), value);
  }
}

TEST(NumberTest, ExactNumbersNameWhatIsNotFinite) {
  EXPECT_EQ(ExactNumber(kNaN), "NaN");
  EXPECT_EQ(ExactNumber(kInfinity), "Infinity");
  EXPECT_EQ(ExactNumber(-kInfinity), "-Infinity");
}

TEST(NumberTest, DurationsUseTheLargestFittingUnits) {
  EXPECT_EQ(Duration(0.44), "0.4 s");
  EXPECT_EQ(Duration(42), "42 s");
  EXPECT_EQ(Duration(185), "3 min 05 s");
  EXPECT_EQ(Duration(7800), "2 h 10 min");
  EXPECT_EQ(Duration(3 * 86400 + 4 * 3600), "3 d 4 h");
}

TEST(NumberTest, DurationsCarryIntoTheNextUnit) { EXPECT_EQ(Duration(59.7), "1 min 00 s"); }

TEST(NumberTest, NegativeDurationsCountAsZero) { EXPECT_EQ(Duration(-5), "0.0 s"); }

TEST(NumberTest, BytesUseBinaryUnits) {
  EXPECT_EQ(Bytes(512), "512 B");
  EXPECT_EQ(Bytes(1536), "1.5 KiB");
  EXPECT_EQ(Bytes(5 << 20), "5.0 MiB");
}

TEST(NumberTest, OnlyTheWholeIsAHundredPercent) {
  EXPECT_EQ(Percent(0.9999), "99 %");
  EXPECT_EQ(Percent(1), "100 %");
  EXPECT_EQ(Percent(kNaN), "0 %");
}

}  // namespace
}  // namespace geometer::client
