#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/curves.h"
#include "client/job_file.h"
#include "tests/client/run.h"

namespace geometer::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

void Add(v1::Points& points, const std::string& probe, const std::string& quantity,
         const std::vector<std::pair<uint64_t, double>>& values) {
  v1::Series& series = *points.add_series();
  series.set_probe(probe);
  series.set_quantity(quantity);
  for (const auto& [step, value] : values) {
    points.add_series_index(points.series_size() - 1);
    points.add_step(step);
    points.add_value(value);
    points.add_elapsed(static_cast<double>(step) / 100);
  }
}

class PlotTest : public testing::Test {
 protected:
  PlotTest() {
    for (const int64_t id : {7, 8}) {
      service_.jobs[id] = TestJob();
      service_.jobs[id].set_name("job-" + std::to_string(id));
    }
    Add(service_.points, "loss", "loss", {{0, 3}, {10, 2}, {20, 1}});
    Add(service_.points, "training", "flow_time", {{0, 0}, {20, 4}});
  }

  std::vector<Curve> Read(const std::vector<int64_t>& ids, Axis axis = Axis::kStep) {
    Connection server(service_.address());
    return *ReadCurves({.job_ids = ids, .quantity = "loss", .x = axis}, server);
  }

  ScriptedService service_;
};

TEST_F(PlotTest, CurvesAreLabelledByTheJobsNames) {
  const auto curves = Read({7, 8});
  EXPECT_EQ(curves[0].label, "job-7");
  EXPECT_EQ(curves[1].label, "job-8");
  EXPECT_THAT(curves[0].y, ElementsAre(3, 2, 1));
}

TEST_F(PlotTest, JobsOfOneNameAreLabelledByWhatDiffers) {
  for (auto& [id, job] : service_.jobs) {
    job.set_name("same");
    job.mutable_spec()->set_seed(id);
  }
  EXPECT_EQ(Read({7, 8})[1].label, "seed=8");
}

TEST_F(PlotTest, JobsThatDifferInNothingAreNumbered) {
  for (auto& [id, job] : service_.jobs) job.set_name("same");
  EXPECT_EQ(Read({7, 8})[1].label, "same #8");
}

TEST_F(PlotTest, SeveralSeriesOfAJobAreToldApart) {
  Add(service_.points, "fine", "loss", {{0, 5}});
  const auto curves = Read({7, 8});
  EXPECT_EQ(curves[0].label, "job-7, loss loss");
  EXPECT_EQ(curves[3].label, "job-8, loss fine");
}

TEST_F(PlotTest, CurvesOfOneJobAreLabelledByTheirSeries) { EXPECT_EQ(Read({7})[0].label, "loss"); }

TEST_F(PlotTest, CurvesAreDrawnAgainstTheFirst) {
  service_.points.Clear();
  for (const uint32_t index : {0, 1}) {
    Add(service_.points, "norm", "loss", {{0, 3.0 + index}, {10, 2.0 - index}});
    service_.points.mutable_series(static_cast<int>(index))->set_index(index);
  }
  const auto curves = Read({7}, Axis::kFirst);
  ASSERT_EQ(curves.size(), 1u);
  EXPECT_THAT(curves[0].x, ElementsAre(3, 2));
  EXPECT_THAT(curves[0].y, ElementsAre(4, 1));
}

TEST_F(PlotTest, OneCurveIsNotDrawnAgainstItself) {
  const Result result = RunClient(service_, {"plot", "7", "--quantity", "loss", "--x", "first"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("job 7 has one loss, and no second"));
}

TEST_F(PlotTest, FlowTimeComesFromEqualStepsAndOtherPointsAreLeftOut) {
  const auto curves = Read({7}, Axis::kFlowTime);
  EXPECT_THAT(curves[0].x, ElementsAre(0, 4));
  EXPECT_THAT(curves[0].y, ElementsAre(3, 1));
}

TEST_F(PlotTest, TimeIsTheElapsedColumn) {
  EXPECT_THAT(Read({7}, Axis::kTime)[0].x, ElementsAre(0, 0.1, 0.2));
}

TEST_F(PlotTest, DrawsText) {
  const Result result =
      RunClient(service_, {"plot", "7", "8", "--quantity", "loss", "--title", "T"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("job-7"));
  EXPECT_THAT(result.out, HasSubstr("step"));
}

TEST_F(PlotTest, WritesPictures) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "loss.png";
  const Result result = RunClient(service_, {"plot", "7", "--quantity", "loss", "--output", path});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, path + "\n");
  EXPECT_THAT(ReadFile(path), StartsWith("\x89PNG"));
}

TEST_F(PlotTest, AnotherKindOfFileIsWrongUsage) {
  EXPECT_EQ(RunClient(service_, {"plot", "7", "--quantity", "loss", "-O", "loss.gif"}).code, 2);
}

TEST_F(PlotTest, AQuantityThatWasNotMeasuredIsRefused) {
  const Result result = RunClient(service_, {"plot", "7", "--quantity", "los"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("job 7 has no points of los; it has flow_time, loss"));
}

TEST_F(PlotTest, AnAxisWithoutPointsIsRefused) {
  const Result result = RunClient(service_, {"plot", "7", "--quantity", "loss", "--x", "epochs"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("epochs"));
}

}  // namespace
}  // namespace geometer::client
