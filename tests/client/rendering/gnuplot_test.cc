#include "client/rendering/gnuplot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace geometer::client {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Figure OneCurve(const std::string& label = "demo") {
  return {.title = "title",
          .x_label = "step",
          .y_label = "loss",
          .curves = {{label, {0, 1, 2}, {4, 2, 1}}}};
}

std::string Script(const Figure& figure, FigureFormat format = FigureFormat::kText) {
  return GnuplotScript(figure, format, {60, 15});
}

TEST(GnuplotTest, QuotesAreDoubledAndNothingElseIsSpecial) {
  EXPECT_EQ(GnuplotString("it's `date` @x \\n"), "'it''s `date` @x \\n'");
}

TEST(GnuplotTest, LineEndsCannotEndAString) { EXPECT_EQ(GnuplotString("a\nb"), "'a\\x0ab'"); }

TEST(GnuplotTest, ValuesThatAreNotFiniteBreakTheCurve) {
  Figure figure = OneCurve();
  figure.curves[0].y[1] = std::numeric_limits<double>::infinity();
  EXPECT_THAT(Script(figure), HasSubstr("0 4\n1 NaN\n2 1\n"));
}

TEST(GnuplotTest, ATextFigureFitsTheTerminal) {
  EXPECT_THAT(Script(OneCurve()), HasSubstr("set terminal dumb size 60,15"));
}

TEST(GnuplotTest, TheLegendIsOutsideTheCurves) {
  EXPECT_THAT(Script(OneCurve(), FigureFormat::kText), HasSubstr("\nset key below "));
  EXPECT_THAT(Script(OneCurve(), FigureFormat::kPng), HasSubstr("\nset key above "));
  EXPECT_THAT(Script(OneCurve(), FigureFormat::kSvg), HasSubstr("\nset key above "));
}

TEST(GnuplotTest, AxesAreLogarithmicOnDemand) {
  Figure figure = OneCurve();
  EXPECT_THAT(Script(figure), Not(HasSubstr("logscale")));
  figure.log_y = true;
  EXPECT_THAT(Script(figure), HasSubstr("set logscale y\n"));
}

TEST(GnuplotTest, DrawsText) {
  const auto drawing = RunGnuplot(Script(OneCurve("the curve")));
  ASSERT_TRUE(drawing.ok()) << drawing.status();
  EXPECT_THAT(*drawing, HasSubstr("the curve"));
}

TEST(GnuplotTest, DrawsPictures) {
  EXPECT_THAT(*RunGnuplot(Script(OneCurve(), FigureFormat::kPng)), StartsWith("\x89PNG"));
  EXPECT_THAT(*RunGnuplot(Script(OneCurve(), FigureFormat::kSvg)), HasSubstr("<svg"));
}

TEST(GnuplotTest, ALabelCannotRunCommands) {
  const auto drawing = RunGnuplot(Script(OneCurve("x'; system('date') #`date`@y")));
  ASSERT_TRUE(drawing.ok()) << drawing.status();
  EXPECT_THAT(*drawing, HasSubstr("x'; system('date') #`date`@y"));
}

TEST(GnuplotTest, GnuplotsOwnErrorIsTold) {
  EXPECT_THAT(std::string(RunGnuplot("no such command\n").status().message()),
              HasSubstr("invalid command"));
}

TEST(GnuplotTest, AnAbsentGnuplotIsNamedWithItsPackage) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nonexistent", 1);
  const auto drawing = RunGnuplot("plot x\n");
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(std::string(drawing.status().message()), HasSubstr("gnuplot-nox"));
}

}  // namespace
}  // namespace geometer::client
