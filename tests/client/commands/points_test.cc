#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::HasSubstr;

// loss (train) at steps 0 and 10; eigenvalue 0 at step 10, infinite.
v1::Points TestPoints() {
  v1::Points points;
  v1::Series& loss = *points.add_series();
  loss.set_probe("loss");
  loss.set_quantity("loss");
  loss.set_split(v1::SPLIT_TRAIN);
  v1::Series& eigenvalue = *points.add_series();
  eigenvalue.set_probe("hessian_top");
  eigenvalue.set_quantity("eigenvalue");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [index, step, value] :
       {std::tuple(0, 0, 2.5), {0, 10, 1.5}, {1, 10, infinity}}) {
    points.add_series_index(index);
    points.add_step(step);
    points.add_value(value);
    points.add_residual(index == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.25);
  }
  return points;
}

class PointsTest : public testing::Test {
 protected:
  PointsTest() { service_.points = TestPoints(); }
  ScriptedService service_;
};

TEST_F(PointsTest, ShowsPeopleOnlyTheColumnsThatHoldSomething) {
  const Result result = RunClient(service_, {"points", "7"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "PROBE        QUANTITY    SPLIT  INDEX  STEP  VALUE  RESIDUAL\n"
            "loss         loss        train      0     0    2.5\n"
            "loss         loss        train      0    10    1.5\n"
            "hessian_top  eigenvalue             0    10      ∞      0.25\n");
}

TEST_F(PointsTest, CsvHasEveryColumn) {
  EXPECT_THAT(
      RunClient(service_, {"points", "7", "-o", "csv"}).out,
      HasSubstr("probe,quantity,split,task,learner,layer,class,index,step,value,standard_error,"
                "residual,samples,converged,seconds,elapsed\n"
                "loss,loss,train,,,,,0,0,2.5,,,,,,\n"));
}

TEST_F(PointsTest, JsonWritesInfinityAsAString) {
  const auto points = nlohmann::json::parse(RunClient(service_, {"points", "7", "-o", "json"}).out);
  EXPECT_EQ(points[2]["value"], "Infinity");
  EXPECT_EQ(points[0]["residual"], nullptr);
}

TEST_F(PointsTest, FiltersAreTheServers) {
  RunClient(service_, {"points", "7", "--quantity", "loss", "--split", "train", "--max-points", "5",
                       "--steps", "3:8"});
  const v1::QueryPointsRequest& request = service_.queried[0];
  EXPECT_EQ(request.series(0).quantity(), "loss");
  EXPECT_EQ(request.series(0).split(), v1::SPLIT_TRAIN);
  EXPECT_EQ(request.max_points(), 5);
  EXPECT_EQ(request.first_step(), 3);
  EXPECT_EQ(request.last_step(), 8);
}

TEST_F(PointsTest, AQuantityThatWasNotMeasuredIsRefused) {
  const v1::Points all = std::exchange(service_.points, {});
  *service_.points.mutable_series() = all.series();
  const Result result = RunClient(service_, {"points", "7", "--quantity", "los"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("job 7 has no points of los; it has eigenvalue, loss"));
}

TEST_F(PointsTest, AProbeThatDidNotMeasureAQuantityIsToldOfThoseThatDid) {
  const v1::Points all = std::exchange(service_.points, {});
  *service_.points.mutable_series() = all.series();
  const Result result =
      RunClient(service_, {"points", "7", "--quantity", "loss", "--split", "test"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err,
              HasSubstr("job 7 has no such points of loss; probes that measured it: loss (train)"));
}

TEST_F(PointsTest, AnOpenRangeHasNoLastStep) {
  RunClient(service_, {"points", "7", "--steps", "3:"});
  EXPECT_EQ(service_.queried[0].first_step(), 3);
  EXPECT_FALSE(service_.queried[0].has_last_step());
}

TEST_F(PointsTest, AMalformedRangeIsWrongUsage) {
  const Result result = RunClient(service_, {"points", "7", "--steps", "3-8"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("FIRST:LAST"));
}

}  // namespace
}  // namespace geometer::client
