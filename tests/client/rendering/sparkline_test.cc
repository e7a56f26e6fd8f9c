#include "client/rendering/sparkline.h"

#include <gtest/gtest.h>

#include <limits>

namespace geometer::client {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(SparklineTest, HeightsSpanTheValues) {
  EXPECT_EQ(Sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8), "▁▂▃▄▅▆▇█");
}

TEST(SparklineTest, ManyValuesShareAColumnAndTheLastShows) {
  EXPECT_EQ(Sparkline({7, 0, 0, 7}, 2), "▁█");
}

TEST(SparklineTest, FewValuesTakeFewColumns) { EXPECT_EQ(Sparkline({0, 7}, 10), "▁█"); }

TEST(SparklineTest, ValuesThatAreNotFiniteStandOut) {
  EXPECT_EQ(Sparkline({0, kNaN, 7, kInfinity}, 4), "▁!█!");
  EXPECT_EQ(Sparkline({kNaN}, 4), "!");
}

TEST(SparklineTest, AConstantCurveIsFlat) { EXPECT_EQ(Sparkline({3, 3, 3}, 3), "▁▁▁"); }

TEST(SparklineTest, HugeRangesDoNotOverflow) { EXPECT_EQ(Sparkline({-1e308, 1e308}, 2), "▁█"); }

TEST(SparklineTest, NothingFitsNoWidth) {
  EXPECT_EQ(Sparkline({1, 2}, 0), "");
  EXPECT_EQ(Sparkline({1, 2}, -3), "");
  EXPECT_EQ(Sparkline({}, 5), "");
}

}  // namespace
}  // namespace geometer::client
