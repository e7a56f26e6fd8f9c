#include "server/storage/record_store.h"

#include <cmath>
#include <limits>

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

class RecordStoreTest : public StoreFixture {
 protected:
  int64_t job_id = Submit();
  int64_t attempt_id = Begin(job_id);
};

TEST_F(RecordStoreTest, RecordsInOrderMoveTheDurableSequence) {
  EXPECT_EQ(Send(attempt_id, PointsOf({{0, 1.0}}))->durable_sequence, 1u);
  EXPECT_EQ(Send(attempt_id, LogOf({"a"}))->durable_sequence, 2u);
  EXPECT_EQ(*records.DurableSequence(kWorker, attempt_id), 2u);
}

TEST_F(RecordStoreTest, ARepeatedRecordIsKeptOnce) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(SendAs(kWorker, attempt_id, 1, PointsOf({{0, 1.0}}))->durable_sequence, 1u);
  }
  EXPECT_EQ(Count("SELECT count(*) FROM point"), 1);
}

TEST_F(RecordStoreTest, AGapIsRefusedAndNothingIsKept) {
  const auto applied = SendAs(kWorker, attempt_id, 2, PointsOf({{0, 1.0}}));
  EXPECT_EQ(CodeOf(applied), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Count("SELECT count(*) FROM point"), 0);
}

TEST_F(RecordStoreTest, AnotherWorkersRecordIsFencedOff) {
  EXPECT_EQ(CodeOf(SendAs("worker-2", attempt_id, 1, LogOf({"a"}))),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CodeOf(records.DurableSequence("worker-2", attempt_id)),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(RecordStoreTest, AnAttemptThatWasReplacedIsFencedOff) {
  ASSERT_TRUE(Send(attempt_id, LogOf({"a"})).ok());
  ASSERT_TRUE(jobs.Finish(attempt_id,
                          FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_LOST_WORKER).finish(),
                          now)
                  .ok());
  const int64_t second = Begin(job_id);
  EXPECT_EQ(CodeOf(Send(attempt_id, LogOf({"b"}))), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(SendAs(kWorker, attempt_id, 1, LogOf({"a"})).ok()) << "what is durable stays durable";
  EXPECT_TRUE(Send(second, LogOf({"c"})).ok());
}

TEST_F(RecordStoreTest, AnUnknownAttemptIsFencedOff) {
  EXPECT_EQ(CodeOf(SendAs(kWorker, 99, 1, LogOf({"a"}))), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RecordStoreTest, AFinishMovesTheJobAndItsRepeatIsOk) {
  const auto first = SendAs(kWorker, attempt_id, 1, FinishOf(v1::OUTCOME_DIVERGED));
  EXPECT_EQ(first->finished_as, v1::JOB_STATE_DIVERGED);
  EXPECT_EQ(StateOf(job_id), v1::JOB_STATE_DIVERGED);
  const auto repeat = SendAs(kWorker, attempt_id, 1, FinishOf(v1::OUTCOME_DIVERGED));
  EXPECT_TRUE(repeat.ok());
  EXPECT_FALSE(repeat->finished_as.has_value());
}

TEST_F(RecordStoreTest, NothingComesAfterAFinish) {
  ASSERT_TRUE(Send(attempt_id, FinishOf(v1::OUTCOME_SUCCEEDED)).ok());
  EXPECT_EQ(CodeOf(Send(attempt_id, LogOf({"late"}))), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RecordStoreTest, NonFiniteValuesAndAbsentColumnsSurvive) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ASSERT_TRUE(
      Send(attempt_id, PointsOf({{0, 1.0}, {1, kInfinity}, {2, -kInfinity}, {3, NAN}})).ok());
  const auto points = Points(job_id);
  EXPECT_EQ(points[1].second, kInfinity);
  EXPECT_EQ(points[2].second, -kInfinity);
  EXPECT_TRUE(std::isnan(points[3].second));
  EXPECT_EQ(Count("SELECT sum(finite) FROM points"), 1);
  EXPECT_TRUE(std::isnan(jobs.Get(job_id)->latest(0).value()));
}

TEST_F(RecordStoreTest, EveryColumnSurvives) {
  v1::Record record = PointsOf({{7, 2.5}});
  record.mutable_points()->add_standard_error(0.1);
  record.mutable_points()->add_residual(0.2);
  record.mutable_points()->add_samples(100);
  record.mutable_points()->add_convergence(v1::CONVERGENCE_NOT_REACHED);
  record.mutable_points()->add_seconds(0.3);
  record.mutable_points()->add_elapsed(4.0);
  ASSERT_TRUE(Send(attempt_id, record).ok());
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  EXPECT_EQ(results.QueryPoints(request, {})->points.SerializeAsString(),
            record.points().SerializeAsString());
}

TEST_F(RecordStoreTest, StepsOfASeriesMustRise) {
  ASSERT_TRUE(Send(attempt_id, PointsOf({{5, 1.0}})).ok());
  EXPECT_EQ(CodeOf(Send(attempt_id, PointsOf({{5, 1.0}}))), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(Send(attempt_id, PointsOf({{7, 1.0}, {6, 1.0}}))),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Send(attempt_id, PointsOf({{0, 1.0}}, "other series")).ok());
}

// Each breaks one rule of a good record.
struct Malformation {
  const char* rule;
  std::function<void(v1::Record&)> apply;
};

v1::Points& P(v1::Record& record) { return *record.mutable_points(); }
v1::Series& S(v1::Record& record) { return *P(record).mutable_series(0); }

const Malformation kMalformedPoints[] = {
    {"no content", [](v1::Record& r) { r.clear_content(); }},
    {"value too short", [](v1::Record& r) { P(r).mutable_value()->RemoveLast(); }},
    {"value too long", [](v1::Record& r) { P(r).add_value(0); }},
    {"series index too short", [](v1::Record& r) { P(r).mutable_series_index()->RemoveLast(); }},
    {"series index out of range", [](v1::Record& r) { P(r).set_series_index(0, 1); }},
    {"no series", [](v1::Record& r) { P(r).clear_series(); }},
    {"step beyond 2^53", [](v1::Record& r) { P(r).set_step(1, (uint64_t{1} << 53) + 1); }},
    {"standard errors too few", [](v1::Record& r) { P(r).add_standard_error(0); }},
    {"residuals too few", [](v1::Record& r) { P(r).add_residual(0); }},
    {"samples too few", [](v1::Record& r) { P(r).add_samples(0); }},
    {"samples beyond 2^53",
     [](v1::Record& r) {
       P(r).add_samples(~uint64_t{0});
       P(r).add_samples(0);
     }},
    {"convergence too short", [](v1::Record& r) { P(r).add_convergence(v1::CONVERGENCE_REACHED); }},
    {"convergence unknown",
     [](v1::Record& r) {
       P(r).add_convergence(static_cast<v1::Convergence>(9));
       P(r).add_convergence(v1::CONVERGENCE_REACHED);
     }},
    {"seconds too few", [](v1::Record& r) { P(r).add_seconds(0); }},
    {"elapsed too many",
     [](v1::Record& r) {
       for (int i = 0; i < 3; ++i) P(r).add_elapsed(0);
     }},
    {"probe too long", [](v1::Record& r) { S(r).set_probe(std::string(257, 'x')); }},
    {"layer not UTF-8", [](v1::Record& r) { S(r).set_layer("\xff"); }},
    {"no quantity", [](v1::Record& r) { S(r).clear_quantity(); }},
    {"split unknown", [](v1::Record& r) { S(r).set_split(static_cast<v1::Split>(9)); }},
    {"log line not UTF-8", [](v1::Record& r) { r.mutable_log()->add_lines("\xc3\x28"); }},
    {"log line too long",
     [](v1::Record& r) { r.mutable_log()->add_lines(std::string(8193, 'x')); }},
    {"checkpoint without path", [](v1::Record& r) { r.mutable_checkpoint()->set_step(1); }},
    {"checkpoint beyond 2^53", [](v1::Record& r) { r = CheckpointAt(~uint64_t{0}); }},
    {"finish without outcome", [](v1::Record& r) { r.mutable_finish(); }},
    {"finish beyond 2^53",
     [](v1::Record& r) {
       r = FinishOf(v1::OUTCOME_SUCCEEDED);
       r.mutable_finish()->set_step(~uint64_t{0});
     }},
    {"failure without reason", [](v1::Record& r) { r = FinishOf(v1::OUTCOME_FAILED); }},
    {"more than 10,000 points",
     [](v1::Record& r) {
       std::vector<std::pair<uint64_t, double>> points;
       for (uint64_t i = 0; i <= 10'000; ++i) points.emplace_back(i, 0.0);
       r = PointsOf(points);
     }},
};

TEST_F(RecordStoreTest, MalformedRecordsAreRefusedAndLeaveNothing) {
  for (const Malformation& malformation : kMalformedPoints) {
    v1::Record record = PointsOf({{0, 1.0}, {1, 2.0}});
    malformation.apply(record);
    EXPECT_EQ(CodeOf(Send(attempt_id, record)), absl::StatusCode::kInvalidArgument)
        << malformation.rule;
  }
  EXPECT_EQ(SendAs(kWorker, attempt_id, 0, LogOf({"a"})).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(*records.DurableSequence(kWorker, attempt_id), 0u);
  EXPECT_EQ(Count("SELECT count(*) FROM series"), 0);
  EXPECT_EQ(StateOf(job_id), v1::JOB_STATE_RUNNING);
}

TEST_F(RecordStoreTest, RowsCountPointsAndLines) {
  EXPECT_EQ(RecordStore::Rows(PointsOf({{0, 1.0}, {1, 2.0}})), 2);
  EXPECT_EQ(RecordStore::Rows(LogOf({"a", "b", "c"})), 3);
  EXPECT_EQ(RecordStore::Rows(CheckpointAt(1)), 1);
}

}  // namespace
}  // namespace geometer::server
