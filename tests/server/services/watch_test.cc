#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

class WatchTest : public ServerFixture {};

TEST_F(WatchTest, BeginsWithTheJobAsItIs) {
  const v1::Job job = WaitFor(Submit(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(job.name(), "tiny");
  EXPECT_FALSE(job.has_spec());
}

TEST_F(WatchTest, EndsWithTheJobsFinalState) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  Call call;
  v1::WatchJobRequest request;
  request.set_job_id(offer.job_id());
  const auto stream = jobs_->WatchJob(&call.context, request);
  worker->Send(FinishAs(offer.attempt_id(), 1, v1::OUTCOME_SUCCEEDED));
  v1::WatchJobResponse response;
  while (stream->Read(&response)) {
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(response.job().state(), v1::JOB_STATE_SUCCEEDED);
}

TEST_F(WatchTest, AnEndedJobGivesOneAnswer) {
  const int64_t job_id = Submit();
  Cancel(job_id);
  Call call;
  v1::WatchJobRequest request;
  request.set_job_id(job_id);
  const auto stream = jobs_->WatchJob(&call.context, request);
  v1::WatchJobResponse response;
  EXPECT_TRUE(stream->Read(&response));
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(WatchTest, FollowsProgress) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  Call call;
  v1::WatchJobRequest request;
  request.set_job_id(offer.job_id());
  const auto stream = jobs_->WatchJob(&call.context, request);
  worker->SendProgress(offer.attempt_id(), 7);
  v1::WatchJobResponse response;
  while (response.job().progress().step() != 7 && stream->Read(&response)) {
  }
  EXPECT_EQ(response.job().progress().step(), 7);
}

TEST_F(WatchTest, ASlowReaderGetsFewerAndNewerJobs) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  Call call;
  v1::WatchJobRequest request;
  request.set_job_id(offer.job_id());
  const auto stream = jobs_->WatchJob(&call.context, request);
  v1::ReportRequest report;
  for (uint64_t i = 1; i <= 999; ++i) *report.add_records() = LossAt(offer.attempt_id(), i, i, 1);
  *report.add_records() = FinishAs(offer.attempt_id(), 1000, v1::OUTCOME_SUCCEEDED);
  worker->Report(report);
  v1::WatchJobResponse response;
  int responses = 0;
  while (stream->Read(&response)) ++responses;
  EXPECT_LT(responses, 100);
  EXPECT_EQ(response.job().state(), v1::JOB_STATE_SUCCEEDED);
}

// A stream that stayed would keep this waiting, up to the program's time limit.
TEST_F(WatchTest, AStreamEndsWhenItsClientGoesAway) {
  const int64_t job_id = Submit();
  for (int i = 0; i < 10; ++i) WaitFor(job_id, v1::JOB_STATE_QUEUED);  // each cancels its stream
  while (Page("/metrics").find(R"(WatchJob",code="cancelled"} 10)") == std::string::npos) {
  }
}

}  // namespace
}  // namespace geometer::server
