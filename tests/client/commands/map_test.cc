#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A map of 3 columns and 2 rows at two steps, and its classes at the first.
class MapTest : public testing::Test {
 protected:
  MapTest() {
    service_.jobs[7] = TestJob();
    for (const uint64_t step : {0, 40}) {
      Add("map_x", step, {-1, 0, 1});
      Add("map_y", step, {0, 2});
    }
    Add("map_margin", 0, {0, 0, 0, 0, 0, 1});
    Add("map_margin", 40, {1, 0, 0, 0, 0.5, 0});
    Add("map_class", 0, {0, 1, 2, 0, 1, 2});
  }

  // A series for each index, with one point.
  void Add(const std::string& quantity, uint64_t step, const std::vector<double>& values) {
    for (size_t i = 0; i < values.size(); ++i) {
      v1::Points& points = service_.points;
      v1::Series& series = *points.add_series();
      series.set_probe("plane_map");
      series.set_quantity(quantity);
      series.set_index(static_cast<uint32_t>(i));
      points.add_series_index(points.series_size() - 1);
      points.add_step(step);
      points.add_value(values[i]);
    }
  }

  ScriptedService service_;
};

TEST_F(MapTest, PrintsTheLatestMapWithTheLargestYAbove) {
  const Result result = RunClient(service_, {"map", "7"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "  ++\n@@\nmap_margin at step 40: 0 to 1; x -1 to 1, y 0 to 2\n");
}

TEST_F(MapTest, AQuantityOfAnEarlierStepIsDrawnWhereItIsTheLatest) {
  EXPECT_EQ(RunClient(service_, {"map", "7", "--quantity", "map_class"}).out,
            "  ++@@\n  ++@@\nmap_class at step 0: 0 to 2; x -1 to 1, y 0 to 2\n");
}

TEST_F(MapTest, AsksForStepsUpToTheGivenOne) {
  RunClient(service_, {"map", "7", "--step", "3", "--quantity", "map_margin"});
  ASSERT_FALSE(service_.queried.empty());
  EXPECT_EQ(service_.queried[0].last_step(), 3);
}

TEST_F(MapTest, DrawsAPicture) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "map.png";
  const Result result = RunClient(service_, {"map", "7", "-O", path});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(ReadFile(path), StartsWith("\x89PNG"));
}

TEST_F(MapTest, AJobWithoutAMapIsRefused) {
  service_.points.Clear();
  const Result result = RunClient(service_, {"map", "7"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("map_density"));
}

}  // namespace
}  // namespace geometer::client
