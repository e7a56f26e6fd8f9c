#include <gmock/gmock.h>

#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;

class ReportTest : public ServerFixture {
 protected:
  ReportTest() {
    worker_ = Worker();
    worker_->Connect();
    offer_ = Begin(*worker_);
    attempt_ = offer_.attempt_id();
  }

  std::unique_ptr<ScriptedWorker> worker_;
  v1::Offer offer_;
  int64_t attempt_ = 0;
};

TEST_F(ReportTest, WhatIsReportedIsDurableAndTheJobSucceeds) {
  EXPECT_EQ(worker_->Send(LossAt(attempt_, 1, 1, 0.5)).durable_sequence(), 1);
  EXPECT_EQ(worker_->Send(LossAt(attempt_, 2, 2, 0.25)).durable_sequence(), 2);
  const v1::AttemptReceipt last = worker_->Send(FinishAs(attempt_, 3, v1::OUTCOME_SUCCEEDED));
  EXPECT_EQ(last.durable_sequence(), 3);
  EXPECT_EQ(last.directive(), v1::DIRECTIVE_UNSPECIFIED);
  EXPECT_EQ(Get(offer_.job_id()).state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_THAT(Points(offer_.job_id()).value(), ElementsAre(0.5, 0.25));
}

TEST_F(ReportTest, DivergenceIsAResult) {
  worker_->Send(FinishAs(attempt_, 1, v1::OUTCOME_DIVERGED));
  EXPECT_EQ(Get(offer_.job_id()).state(), v1::JOB_STATE_DIVERGED);
}

TEST_F(ReportTest, ACrashedAttemptIsTriedAgain) {
  worker_->Send(FinishAs(attempt_, 1, v1::OUTCOME_FAILED, v1::FAILURE_REASON_CRASHED));
  const v1::Offer again = worker_->NextOffer();
  EXPECT_EQ(again.job_id(), offer_.job_id());
  EXPECT_GT(again.attempt_id(), attempt_);
}

TEST_F(ReportTest, SendingAgainAfterAReconnectNeitherLosesNorDoubles) {
  worker_->Send(LossAt(attempt_, 1, 1, 0.5));
  worker_->OpenReports();
  EXPECT_EQ(worker_->Attach(attempt_).durable_sequence(), 1);
  EXPECT_EQ(worker_->Send(LossAt(attempt_, 1, 1, 0.5)).durable_sequence(), 1);
  EXPECT_EQ(worker_->Send(LossAt(attempt_, 2, 2, 0.25)).durable_sequence(), 2);
  EXPECT_THAT(Points(offer_.job_id()).value(), ElementsAre(0.5, 0.25));
}

TEST_F(ReportTest, ARepeatedFinishIsFine) {
  worker_->Send(FinishAs(attempt_, 1, v1::OUTCOME_SUCCEEDED));
  const v1::AttemptReceipt repeated = worker_->Send(FinishAs(attempt_, 1, v1::OUTCOME_SUCCEEDED));
  EXPECT_EQ(repeated.durable_sequence(), 1);
  EXPECT_EQ(repeated.directive(), v1::DIRECTIVE_UNSPECIFIED);
}

TEST_F(ReportTest, AGapEndsTheStreamAndLosesNothing) {
  worker_->Send(LossAt(attempt_, 1, 1, 0.5));
  worker_->Send(LossAt(attempt_, 3, 3, 0.1));
  EXPECT_EQ(worker_->EndOfReports().error_code(), StatusCode::OUT_OF_RANGE);
  worker_->OpenReports();
  EXPECT_EQ(worker_->Attach(attempt_).durable_sequence(), 1);
}

TEST_F(ReportTest, ARequestMayHoldManyRecords) {
  v1::ReportRequest request;
  for (uint64_t i = 1; i <= 1000; ++i) *request.add_records() = LossAt(attempt_, i, i, 1.0);
  const v1::ReportResponse response = worker_->Report(request);
  ASSERT_EQ(response.receipts_size(), 1);
  EXPECT_EQ(response.receipts(0).durable_sequence(), 1000);
  EXPECT_EQ(Points(offer_.job_id()).value_size(), 1000);
}

TEST_F(ReportTest, TooManyRecordsAreInvalid) {
  v1::ReportRequest request;
  for (uint64_t i = 1; i <= 1001; ++i) *request.add_records() = LossAt(attempt_, i, i, 1.0);
  worker_->Report(request);
  EXPECT_EQ(worker_->EndOfReports().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(ReportTest, ProgressIsShownWithoutBeingKept) {
  worker_->SendProgress(attempt_, 7);
  EXPECT_EQ(Get(offer_.job_id()).progress().step(), 7);
}

TEST_F(ReportTest, ProgressRenewsTheLease) {
  for (uint64_t step = 1; step <= 3; ++step) {
    Pass(std::chrono::minutes(50));
    EXPECT_EQ(worker_->SendProgress(attempt_, step).directive(), v1::DIRECTIVE_UNSPECIFIED);
  }
}

TEST_F(ReportTest, ACancelledJobIsToldAtOnceAndEndsCancelled) {
  worker_->SendProgress(attempt_, 1);
  EXPECT_TRUE(Cancel(offer_.job_id()).cancel_requested());
  const v1::ReportResponse pushed = worker_->NextReceipts();
  ASSERT_EQ(pushed.receipts_size(), 1);
  EXPECT_EQ(pushed.receipts(0).directive(), v1::DIRECTIVE_CANCEL);
  worker_->Send(FinishAs(attempt_, 1, v1::OUTCOME_CANCELLED));
  EXPECT_EQ(Get(offer_.job_id()).state(), v1::JOB_STATE_CANCELLED);
}

TEST_F(ReportTest, ACancelIsToldAgainWithEveryReceipt) {
  Cancel(offer_.job_id());
  EXPECT_EQ(worker_->SendProgress(attempt_, 1).directive(), v1::DIRECTIVE_CANCEL);
}

TEST_F(ReportTest, EveryReceiptSaysHowFarTheServerIs) {
  worker_->Send(LossAt(attempt_, 1, 1, 0.5));
  EXPECT_EQ(worker_->SendProgress(attempt_, 2).durable_sequence(), 1);
  worker_ = nullptr;
  Restart();
  worker_ = Worker();
  EXPECT_EQ(worker_->SendProgress(attempt_, 3).durable_sequence(), 1);
  Cancel(offer_.job_id());
  EXPECT_EQ(worker_->NextReceipts().receipts(0).durable_sequence(), 1);
}

TEST_F(ReportTest, ManyRequestsBeforeTheFirstAnswerAreAllAnswered) {
  worker_->OpenReports();
  for (uint64_t i = 1; i <= 50; ++i) worker_->SendOnly(LossAt(attempt_, i, i, 0.5));
  for (uint64_t i = 1; i <= 50; ++i) {
    const v1::ReportResponse response = worker_->NextReceipts();
    ASSERT_EQ(response.receipts_size(), 1);
    EXPECT_EQ(response.receipts(0).durable_sequence(), i);
  }
}

TEST_F(ReportTest, AnUnknownAttemptIsAbandoned) {
  EXPECT_EQ(worker_->Send(LossAt(999, 1, 1, 0.5)).directive(), v1::DIRECTIVE_ABANDON);
  EXPECT_EQ(worker_->SendProgress(999, 1).directive(), v1::DIRECTIVE_ABANDON);
  EXPECT_EQ(worker_->Attach(-1).directive(), v1::DIRECTIVE_ABANDON);
}

TEST_F(ReportTest, AnotherWorkersAttemptIsAbandonedAndUnharmed) {
  const auto thief = Worker("thief");
  EXPECT_EQ(thief->Send(LossAt(attempt_, 1, 1, 666.0)).directive(), v1::DIRECTIVE_ABANDON);
  EXPECT_EQ(thief->Send(FinishAs(attempt_, 1, v1::OUTCOME_SUCCEEDED)).directive(),
            v1::DIRECTIVE_ABANDON);
  EXPECT_EQ(worker_->Send(LossAt(attempt_, 1, 1, 0.5)).durable_sequence(), 1);
  EXPECT_THAT(Points(offer_.job_id()).value(), ElementsAre(0.5));
}

TEST_F(ReportTest, ABrokenRecordEndsItsAttempt) {
  v1::Record broken = LossAt(attempt_, 1, 1, 0.5);
  broken.mutable_points()->set_series_index(0, 7);
  EXPECT_EQ(worker_->Send(broken).directive(), v1::DIRECTIVE_ABANDON);
  const v1::Job job = WaitFor(offer_.job_id(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(job.attempts(0).finish().reason(), v1::FAILURE_REASON_INTERNAL);
}

TEST_F(ReportTest, ARecordBeforeItsAcceptanceIsToBeSentAgain) {
  const auto other = Worker("other");
  other->Connect();
  Submit("another");
  const v1::Offer offer = other->NextOffer();
  other->Send(LossAt(offer.attempt_id(), 1, 1, 0.5));
  EXPECT_EQ(other->EndOfReports().error_code(), StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace geometer::server
