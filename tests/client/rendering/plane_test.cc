#include "client/rendering/plane.h"

#include <gmock/gmock.h>

#include <limits>

namespace geometer::client {
namespace {

const Plane kPlane = {.title = "t\x1b",
                      .x = {-1, 0.5},
                      .y = {2, 3},
                      .values = {{0, std::numeric_limits<double>::quiet_NaN()}, {10, 4.9}}};

TEST(PlaneTest, TextHasTheLargestYAboveAndTellsItsScales) {
  EXPECT_EQ(PlaneText(kPlane), "@@==\n  ??\nt\\x1b: 0 to 10; x -1 to 0.5, y 2 to 3\n");
}

TEST(PlaneTest, AConstantPlaneIsBlank) {
  const Plane flat = {.title = "t", .x = {0, 1}, .y = {0}, .values = {{7, 7}}};
  EXPECT_EQ(PlaneText(flat), "\nt: 7 to 7; x 0 to 1, y 0 to 0\n");
}

TEST(PlaneTest, TheScriptHoldsEveryValueAtItsPlace) {
  EXPECT_THAT(PlaneScript(kPlane, FigureFormat::kPng),
              testing::HasSubstr("$cells << EOD\n-1 2 0\n0.5 2 NaN\n-1 3 10\n0.5 3 4.9\nEOD\n"));
}

TEST(PlaneTest, DrawsPictures) {
  EXPECT_THAT(*RunGnuplot(PlaneScript(kPlane, FigureFormat::kPng)), testing::StartsWith("\x89PNG"));
  EXPECT_THAT(*RunGnuplot(PlaneScript(kPlane, FigureFormat::kSvg)), testing::HasSubstr("<svg"));
}

}  // namespace
}  // namespace geometer::client
