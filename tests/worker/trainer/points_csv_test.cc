#include "worker/trainer/points_csv.h"

#include <gmock/gmock.h>

#include <limits>
#include <sstream>

#include "tests/worker/trainer/temporary_folder.h"
#include "worker/trainer/points.h"

namespace geometer::trainer {
namespace {

std::string Contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

v1::Points OnePoint(int64_t step, double value) {
  Records records;
  AddPoint({"p", "t", "l", v1::SPLIT_TRAIN, step, 0.5, 2}, {"loss", value}, records);
  return records.at(0);
}

TEST(PointsFileTest, AbsentColumnsAreEmptyAndNumbersKeepAllTheirBits) {
  const TemporaryFolder folder;
  PointsFile file;
  ASSERT_TRUE(file.Open(folder / "points.csv", 0).ok());
  file.Append(OnePoint(3, 0.1));
  EXPECT_THAT(Contents(folder / "points.csv"),
              testing::EndsWith("\np,loss,train,t,l,0,3,0.10000000000000001,,,,,0.5,2\n"));
}

TEST(PointsFileTest, ValuesThatAreNotFiniteAreWrittenAsSuch) {
  const TemporaryFolder folder;
  PointsFile file;
  ASSERT_TRUE(file.Open(folder / "points.csv", 0).ok());
  file.Append(OnePoint(1, -std::numeric_limits<double>::quiet_NaN()));
  file.Append(OnePoint(2, -std::numeric_limits<double>::infinity()));
  EXPECT_THAT(Contents(folder / "points.csv"), testing::HasSubstr(",1,nan,"));
  EXPECT_THAT(Contents(folder / "points.csv"), testing::HasSubstr(",2,-inf,"));
}

TEST(PointsFileTest, AResumeRemovesThePointsBeyondItsStep) {
  const TemporaryFolder folder;
  PointsFile first;
  ASSERT_TRUE(first.Open(folder / "points.csv", 0).ok());
  for (const int step : {0, 5, 8}) first.Append(OnePoint(step, step));
  PointsFile second;
  ASSERT_TRUE(second.Open(folder / "points.csv", 5).ok());
  EXPECT_THAT(Contents(folder / "points.csv"), testing::HasSubstr(",5,5,"));
  EXPECT_THAT(Contents(folder / "points.csv"), testing::Not(testing::HasSubstr(",8,8,")));
}

}  // namespace
}  // namespace geometer::trainer
