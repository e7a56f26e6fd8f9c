#include <chrono>

#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

using grpc::StatusCode;

class DrainTest : public ServerFixture {};

TEST_F(DrainTest, WorkersAreToldAndEveryStreamEnds) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  worker->SendProgress(offer.attempt_id(), 1);
  Call call;
  v1::WatchJobRequest request;
  request.set_job_id(offer.job_id());
  const auto watch = jobs_->WatchJob(&call.context, request);
  v1::WatchJobResponse response;
  ASSERT_TRUE(watch->Read(&response));
  server_->Drain();
  EXPECT_TRUE(worker->NextMessage().has_draining());
  EXPECT_EQ(worker->EndOfLeases().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(worker->EndOfReports().error_code(), StatusCode::UNAVAILABLE);
  while (watch->Read(&response)) {
  }
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(DrainTest, AStreamThatSaysNothingDoesNotHoldItUp) {
  const auto worker = Worker();
  worker->OpenReports();
  server_->Drain();
  EXPECT_FALSE(worker->EndOfReports().ok());
}

TEST_F(DrainTest, WhatWasAcknowledgedIsThereAfterwards) {
  auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  worker->Send(LossAt(offer.attempt_id(), 1, 1, 0.5));
  worker = nullptr;
  Restart();
  EXPECT_EQ(Points(offer.job_id()).value_size(), 1);
}

TEST_F(DrainTest, HealthSaysSo) {
  EXPECT_EQ(Page("/healthz"), "ok\n");
  server_->Drain();
  EXPECT_EQ(Page("/healthz"), "draining\n");
}

}  // namespace
}  // namespace geometer::server
