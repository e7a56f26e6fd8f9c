#include "server/storage/result_store.h"

#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

class ResultStoreTest : public StoreFixture {
 protected:
  // A slow wave of points at 0 … count − 1 with a spike in the middle.
  void KeepWave(uint64_t count) {
    for (uint64_t begin = 0; begin < count; begin += 10'000) {
      std::vector<std::pair<uint64_t, double>> points;
      for (uint64_t i = begin; i < std::min(begin + 10'000, count); ++i) {
        points.emplace_back(i, i == count / 2 ? 1e6 : std::sin(i * 1e-3));
      }
      ASSERT_TRUE(Send(attempt_id, PointsOf(points)).ok());
    }
  }
  std::vector<std::string> Lines(uint32_t tail) {
    v1::ReadLogsRequest request;
    request.set_job_id(job_id);
    request.set_tail(tail);
    std::vector<std::string> lines;
    std::optional<LogCursor> cursor = LogCursor();
    while (cursor) {
      const LogPart part = *results.ReadLogs(request, *cursor);
      lines.insert(lines.end(), part.lines.lines().begin(), part.lines.lines().end());
      cursor = part.next;
    }
    return lines;
  }

  int64_t job_id = Submit();
  int64_t attempt_id = Begin(job_id);
};

TEST_F(ResultStoreTest, LongAnswersComeInPartsThatAreComplete) {
  KeepWave(25'000);
  const auto points = Points(job_id);
  ASSERT_EQ(points.size(), 25'000u);
  for (uint64_t i = 0; i < points.size(); ++i) ASSERT_EQ(points[i].first, i);
}

TEST_F(ResultStoreTest, AShortCurveIsNotDownSampled) {
  KeepWave(100);
  EXPECT_EQ(Points(job_id, 100), Points(job_id));
}

TEST_F(ResultStoreTest, DownSamplingKeepsSpikesAndTheLastPoint) {
  KeepWave(20'000);
  const auto all = Points(job_id);
  const auto few = Points(job_id, 300);
  EXPECT_LE(few.size(), 300u);
  EXPECT_GE(few.size(), 75u);
  EXPECT_THAT(few, testing::Contains(testing::Pair(10'000, 1e6)));
  EXPECT_EQ(few.back(), all.back());
  const std::set<std::pair<uint64_t, double>> real(all.begin(), all.end());
  for (const auto& point : few) EXPECT_TRUE(real.contains(point)) << point.first;
  EXPECT_TRUE(std::is_sorted(few.begin(), few.end()));
}

TEST_F(ResultStoreTest, NoLimitOfPointsIsExceeded) {
  KeepWave(1'000);
  for (uint32_t limit : {3, 4, 7, 50, 999}) EXPECT_LE(Points(job_id, limit).size(), limit) << limit;
}

TEST_F(ResultStoreTest, ALimitHoldsForEachSeries) {
  KeepWave(1'000);
  ASSERT_TRUE(Send(attempt_id, PointsOf({{0, 1.0}, {1, 2.0}}, "accuracy")).ok());
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  request.set_max_points(9'999);
  const PointPart first = *results.QueryPoints(request, {});
  EXPECT_EQ(first.points.step_size(), 2);
  ASSERT_TRUE(first.next.has_value());
  EXPECT_EQ(results.QueryPoints(request, *first.next)->points.step_size(), 1'000);
}

TEST_F(ResultStoreTest, StepsOutsideTheIntervalAreLeftOut) {
  KeepWave(100);
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  request.set_first_step(10);
  request.set_last_step(12);
  EXPECT_THAT(results.QueryPoints(request, {})->points.step(), testing::ElementsAre(10, 11, 12));
}

TEST_F(ResultStoreTest, SeriesAreSelectedByProbeQuantityAndSplit) {
  v1::Record record = PointsOf({{0, 1.0}}, "accuracy");
  record.mutable_points()->mutable_series(0)->set_split(v1::SPLIT_TEST);
  ASSERT_TRUE(Send(attempt_id, record).ok());
  ASSERT_TRUE(Send(attempt_id, PointsOf({{0, 2.0}}, "loss")).ok());
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  request.add_series()->set_split(v1::SPLIT_TEST);
  EXPECT_THAT(results.QueryPoints(request, {})->points.value(), testing::ElementsAre(1.0));
  request.mutable_series(0)->set_quantity("loss");
  EXPECT_TRUE(results.QueryPoints(request, {})->points.value().empty());
}

TEST_F(ResultStoreTest, SeriesThatDifferInOneIdentityFieldNeverCollide) {
  for (int place = 0; place < 3; ++place) {
    v1::Record record = PointsOf({{0, 1.0 * place}}, "eigenvalue");
    record.mutable_points()->mutable_series(0)->set_index(place);
    ASSERT_TRUE(Send(attempt_id, record).ok());
  }
  const auto series = *results.ListSeries(job_id);
  ASSERT_EQ(series.size(), 3u);
  EXPECT_EQ(series[2].index(), 2u);
  EXPECT_EQ(Points(job_id).size(), 3u);
}

TEST_F(ResultStoreTest, ImpossibleQueriesAreRefused) {
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  for (uint32_t limit : {1u, 2u, 10'001u}) {
    request.set_max_points(limit);
    EXPECT_EQ(CodeOf(results.QueryPoints(request, {})), absl::StatusCode::kInvalidArgument)
        << limit;
  }
  request.set_max_points(0);
  request.set_first_step(2);
  request.set_last_step(1);
  EXPECT_EQ(CodeOf(results.QueryPoints(request, {})), absl::StatusCode::kInvalidArgument);
}

TEST_F(ResultStoreTest, ACurveIsReadInOrderWithoutSorting) {
  Statement plan = database.Query(
      "EXPLAIN QUERY PLAN SELECT step, value FROM live_point"
      " WHERE job = 1 AND series = 1 AND step BETWEEN 0 AND 9 ORDER BY attempt DESC, step DESC");
  while (plan.Next()) {
    EXPECT_THAT(plan.Column<std::string>(3), testing::Not(testing::HasSubstr("ORDER BY")));
  }
}

TEST_F(ResultStoreTest, AnUnknownJobIsNotFound) {
  v1::QueryPointsRequest points;
  EXPECT_EQ(CodeOf(results.QueryPoints(points, {})), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(results.ListSeries(99)), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(results.ReadLogs({}, {})), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(results.ListArtifacts(99)), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(results.FindArtifact({}, artifacts)), absl::StatusCode::kNotFound);
}

TEST_F(ResultStoreTest, LogsComeInOrderOverPartsAndAttempts) {
  std::vector<std::string> lines;
  for (int i = 0; i < 2'500; ++i) lines.push_back(absl::StrCat(i));
  ASSERT_TRUE(Send(attempt_id, LogOf(lines)).ok());
  ASSERT_TRUE(Send(attempt_id, FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_CRASHED)).ok());
  ASSERT_TRUE(Send(Begin(job_id), LogOf({"again"})).ok());
  lines.push_back("again");
  EXPECT_EQ(Lines(0), lines);
  EXPECT_THAT(Lines(2), testing::ElementsAre("2499", "again"));
  EXPECT_EQ(Lines(99'999), lines);
}

TEST_F(ResultStoreTest, EndlessLogsAreCutWithAWord) {
  database.Run("INSERT INTO log_line VALUES (?1, 99999, 'x')", attempt_id);
  ASSERT_TRUE(Send(attempt_id, LogOf({"kept", "dropped", "dropped"})).ok());
  ASSERT_TRUE(Send(attempt_id, LogOf({"dropped"})).ok());
  EXPECT_THAT(Lines(0), testing::ElementsAre("x", "kept", "(further lines were dropped)"));
}

}  // namespace
}  // namespace geometer::server
