#include <gmock/gmock.h>

#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;

// SHA-256 of "abc" (FIPS 180-4, example B.1).
constexpr char kAbcSha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class ResultServiceTest : public ServerFixture {
 protected:
  ResultServiceTest() {
    worker_ = Worker();
    worker_->Connect();
    offer_ = Begin(*worker_);
  }

  v1::Record Next() {
    v1::Record record;
    record.set_attempt_id(offer_.attempt_id());
    record.set_sequence(++sequence_);
    return record;
  }

  std::unique_ptr<ScriptedWorker> worker_;
  v1::Offer offer_;
  uint64_t sequence_ = 0;
};

TEST_F(ResultServiceTest, ListsSeries) {
  worker_->Send(LossAt(offer_.attempt_id(), 1, 1, 0.5));
  Call call;
  v1::ListSeriesRequest request;
  request.set_job_id(offer_.job_id());
  v1::ListSeriesResponse response;
  ASSERT_TRUE(results_->ListSeries(&call.context, request, &response).ok());
  ASSERT_EQ(response.series_size(), 1);
  EXPECT_EQ(response.series(0).quantity(), "loss");
}

TEST_F(ResultServiceTest, LongCurvesComeInSeveralPartsAndWhole) {
  for (uint64_t part = 0; part < 3; ++part) {
    v1::Record record = LossAt(offer_.attempt_id(), part + 1, part * 5000 + 1, 1.0);
    for (uint64_t i = 2; i <= 5000; ++i) {
      record.mutable_points()->add_series_index(0);
      record.mutable_points()->add_step(part * 5000 + i);
      record.mutable_points()->add_value(static_cast<double>(i));
    }
    worker_->Send(record);
  }
  const v1::Points points = Points(offer_.job_id());
  ASSERT_EQ(points.step_size(), 15000);
  EXPECT_EQ(points.step(14999), 15000);
}

TEST_F(ResultServiceTest, ReadsLogs) {
  v1::Record record = Next();
  record.mutable_log()->add_lines("first");
  record.mutable_log()->add_lines("second");
  worker_->Send(record);
  Call call;
  v1::ReadLogsRequest request;
  request.set_job_id(offer_.job_id());
  v1::ReadLogsResponse response;
  const auto stream = results_->ReadLogs(&call.context, request);
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_THAT(response.lines(), ElementsAre("first", "second"));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ResultServiceTest, ReadsArtifacts) {
  v1::Record record = Next();
  v1::ArtifactChunk& chunk = *record.mutable_artifact();
  chunk.set_name("weights.safetensors");
  chunk.set_size(3);
  chunk.set_sha256(kAbcSha256);
  chunk.set_data("abc");
  worker_->Send(record);
  Call call;
  v1::ReadArtifactRequest request;
  request.set_job_id(offer_.job_id());
  request.set_name("weights.safetensors");
  v1::ReadArtifactResponse response;
  const auto stream = results_->ReadArtifact(&call.context, request);
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.data(), "abc");
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ResultServiceTest, AnArtifactIsNotAPath) {
  for (const char* name : {"../geometer.db", "/etc/passwd", "", "missing"}) {
    Call call;
    v1::ReadArtifactRequest request;
    request.set_job_id(offer_.job_id());
    request.set_name(name);
    EXPECT_EQ(results_->ReadArtifact(&call.context, request)->Finish().error_code(),
              StatusCode::NOT_FOUND)
        << name;
  }
}

TEST_F(ResultServiceTest, AnUnknownJobIsNotFoundByEveryMethod) {
  Call series, points, logs, artifacts;
  v1::ListSeriesResponse listed;
  v1::ListArtifactsResponse files;
  EXPECT_EQ(results_->ListSeries(&series.context, {}, &listed).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(results_->ListArtifacts(&artifacts.context, {}, &files).error_code(),
            StatusCode::NOT_FOUND);
  EXPECT_EQ(results_->QueryPoints(&points.context, {})->Finish().error_code(),
            StatusCode::NOT_FOUND);
  EXPECT_EQ(results_->ReadLogs(&logs.context, {})->Finish().error_code(), StatusCode::NOT_FOUND);
}

TEST_F(ResultServiceTest, AClientThatStopsReadingDoesNoHarm) {
  worker_->Send(LossAt(offer_.attempt_id(), 1, 1, 0.5));
  {
    Call call;
    v1::QueryPointsRequest request;
    request.set_job_id(offer_.job_id());
    const auto stream = results_->QueryPoints(&call.context, request);
    call.context.TryCancel();
  }
  EXPECT_EQ(Points(offer_.job_id()).value_size(), 1);
}

}  // namespace
}  // namespace geometer::server
