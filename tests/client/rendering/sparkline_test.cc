#include "client/rendering/sparkline.h"

#include <gtest/gtest.h>

#include <limits>

namespace geometer::client {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// One value a step, from step 1.
std::vector<StepValue> Each(const std::vector<double>& values) {
  std::vector<StepValue> points;
  for (const double value : values) points.push_back({points.size() + 1, value});
  return points;
}

TEST(SparklineTest, HeightsSpanTheValues) {
  EXPECT_EQ(Sparkline(Each({0, 1, 2, 3, 4, 5, 6, 7}), 8, 8), "▁▂▃▄▅▆▇█");
}

TEST(SparklineTest, ManyValuesShareAColumnAndTheLastShows) {
  EXPECT_EQ(Sparkline(Each({7, 0, 0, 7}), 4, 2), "▁█");
}

TEST(SparklineTest, AValueHoldsUntilTheNext) {
  EXPECT_EQ(Sparkline({{0, 0}, {3, 7}}, 4, 4), "▁▁██");
}

TEST(SparklineTest, NothingIsDrawnBeforeTheFirstValue) {
  EXPECT_EQ(Sparkline({{3, 7}}, 4, 4), "  ▁▁");
}

TEST(SparklineTest, ValuesThatAreNotFiniteStandOut) {
  EXPECT_EQ(Sparkline(Each({0, kNaN, 7, kInfinity}), 4, 4), "▁!█!");
  EXPECT_EQ(Sparkline(Each({kNaN}), 1, 1), "!");
}

TEST(SparklineTest, AConstantCurveIsFlat) { EXPECT_EQ(Sparkline(Each({3, 3, 3}), 3, 3), "▁▁▁"); }

TEST(SparklineTest, HugeRangesDoNotOverflow) {
  EXPECT_EQ(Sparkline(Each({-1e308, 1e308}), 2, 2), "▁█");
}

TEST(SparklineTest, BeforeTheFirstStepTheOnlyValueFillsTheLine) {
  EXPECT_EQ(Sparkline({{0, 5}}, 0, 3), "▁▁▁");
}

TEST(SparklineTest, NothingFitsNoWidth) {
  EXPECT_EQ(Sparkline(Each({1, 2}), 2, 0), "");
  EXPECT_EQ(Sparkline(Each({1, 2}), 2, -3), "");
}

}  // namespace
}  // namespace geometer::client
