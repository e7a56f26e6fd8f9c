#include "client/rendering/heatmap.h"

#include <gmock/gmock.h>

#include <limits>

namespace geometer::client {
namespace {

const Heatmap kMap = {.title = "t",
                      .x_label = "x",
                      .y_label = "y",
                      .columns = {"it's", "b"},
                      .rows = {"r", "s"},
                      .values = {{0.25, std::numeric_limits<double>::quiet_NaN()}, {1, -2}}};

TEST(HeatmapTest, HoldsEveryCellWithItsNumber) {
  const std::string script = HeatmapScript(kMap, FigureFormat::kPng);
  EXPECT_THAT(script, testing::HasSubstr(
                          "$cells << EOD\n0 0 0.25 0.25\n1 0 NaN -\n0 1 1 1\n1 1 -2 -2\nEOD\n"));
  EXPECT_THAT(script, testing::HasSubstr("set xtics ('it''s' 0, 'b' 1)\n"));
}

TEST(HeatmapTest, DrawsPictures) {
  EXPECT_THAT(*RunGnuplot(HeatmapScript(kMap, FigureFormat::kPng)), testing::StartsWith("\x89PNG"));
  EXPECT_THAT(*RunGnuplot(HeatmapScript(kMap, FigureFormat::kSvg)), testing::HasSubstr("<svg"));
}

}  // namespace
}  // namespace geometer::client
