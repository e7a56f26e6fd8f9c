#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "server/storage/database.h"
#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

using grpc::StatusCode;

class LeaseTest : public ServerFixture {
 protected:
  StatusCode Register(const v1::RegisterRequest& request) {
    Call call;
    v1::RegisterResponse response;
    return v1::WorkerService::NewStub(channel_)
        ->Register(&call.context, request, &response)
        .error_code();
  }
};

TEST_F(LeaseTest, RegistrationsThatCannotBeShownAreInvalid) {
  v1::RegisterRequest valid;
  valid.set_worker_id("worker");
  valid.set_slots(1);
  EXPECT_EQ(Register(valid), StatusCode::OK);
  v1::RegisterRequest line_break = valid, long_host = valid, elsewhere = valid;
  line_break.set_worker_id("worker\nINFO all is well");
  long_host.set_host(std::string(1 << 20, 'x'));
  elsewhere.set_metrics_address("example.com:80");
  for (const auto& request : {line_break, long_host, elsewhere}) {
    EXPECT_EQ(Register(request), StatusCode::INVALID_ARGUMENT) << request.worker_id();
  }
}

TEST_F(LeaseTest, AJobSubmittedLaterIsPushedToAFreeSlot) {
  const auto worker = Worker();
  worker->Connect();
  const int64_t job_id = Submit();
  const v1::Offer offer = worker->NextOffer();
  EXPECT_EQ(offer.job_id(), job_id);
  EXPECT_EQ(offer.job_name(), "tiny");
  EXPECT_EQ(offer.term().seconds(), 3600);
  EXPECT_EQ(offer.parent_attempt_id(), 0);
}

TEST_F(LeaseTest, AJobThatWaitsIsPushedToAWorkerThatConnects) {
  const int64_t job_id = Submit();
  const auto worker = Worker();
  worker->Connect();
  EXPECT_EQ(worker->NextOffer().job_id(), job_id);
}

// The weights "abc" that an attempt left, with their SHA-256 from FIPS 180-2.
v1::Record WeightsAs(int64_t attempt_id, uint64_t sequence) {
  v1::Record record;
  record.set_attempt_id(attempt_id);
  record.set_sequence(sequence);
  record.mutable_artifact()->set_name("weights.safetensors");
  record.mutable_artifact()->set_size(3);
  record.mutable_artifact()->set_sha256(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  record.mutable_artifact()->set_data("abc");
  return record;
}

// A child of `parent`, which has not ended.
int64_t SubmitChild(v1::JobService::Stub& jobs, v1::SubmitJobRequest request, int64_t parent) {
  v1::Model& model = *request.mutable_spec()->mutable_learners(0)->mutable_model();
  model.mutable_weights()->mutable_parent()->set_job(parent);
  Call call;
  v1::SubmitJobResponse response;
  EXPECT_TRUE(jobs.SubmitJob(&call.context, request, &response).ok());
  EXPECT_EQ(response.job().state(), v1::JOB_STATE_BLOCKED);
  return response.job().id();
}

TEST_F(LeaseTest, AChildIsOfferedOnceItsParentHasSucceeded) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  const int64_t child = SubmitChild(*jobs_, Submission("child"), offer.job_id());
  worker->Send(WeightsAs(offer.attempt_id(), 1));
  worker->Send(FinishAs(offer.attempt_id(), 2, v1::OUTCOME_SUCCEEDED));
  EXPECT_EQ(worker->NextOffer().job_id(), child);
}

TEST_F(LeaseTest, AChildEndsWithItsCancelledParent) {
  const int64_t parent = Submit();
  const int64_t child = SubmitChild(*jobs_, Submission("child"), parent);
  Cancel(parent);
  EXPECT_THAT(WaitFor(child, v1::JOB_STATE_CANCELLED).message(),
              testing::HasSubstr("which is CANCELLED"));
}

TEST_F(LeaseTest, AChildThatCouldNotBeMovedIsMovedLater) {
  const int64_t parent = Submit();
  const int64_t child = SubmitChild(*jobs_, Submission("child"), parent);
  Database database = *Database::Open(folder_.path() / "geometer.db", Database::Role::kWriter);
  database.RunScript(absl::StrCat("CREATE TRIGGER full BEFORE UPDATE ON job WHEN OLD.id = ", child,
                                  " BEGIN SELECT RAISE(ABORT, 'disk full'); END"));
  Cancel(parent);
  Submit("behind the attempt to move it");
  EXPECT_EQ(Get(child).state(), v1::JOB_STATE_BLOCKED);
  database.RunScript("DROP TRIGGER full");
  WaitFor(child, v1::JOB_STATE_CANCELLED);
}

TEST_F(LeaseTest, AnAcceptedOfferRuns) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  const v1::Job job = Get(offer.job_id());
  EXPECT_EQ(job.state(), v1::JOB_STATE_RUNNING);
  ASSERT_EQ(job.attempts_size(), 1);
  EXPECT_EQ(job.attempts(0).id(), offer.attempt_id());
  EXPECT_EQ(job.attempts(0).worker_id(), "worker");
}

TEST_F(LeaseTest, ASlotGetsOneOfferAtATimeAndTheOldestJobFirst) {
  const int64_t first = Submit("a");
  const int64_t second = Submit("b");
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = worker->NextOffer();
  EXPECT_EQ(offer.job_id(), first);
  worker->Accept(offer);
  WaitFor(first, v1::JOB_STATE_RUNNING);
  worker->Send(FinishAs(offer.attempt_id(), 1, v1::OUTCOME_SUCCEEDED));
  EXPECT_EQ(worker->NextOffer().job_id(), second);
}

TEST_F(LeaseTest, ADeclinedJobGoesToAnotherWorker) {
  const auto first = Worker("first");
  first->Connect();
  Submit();
  const v1::Offer declined = first->NextOffer();
  const auto second = Worker("second");
  second->Connect();
  first->Decline(declined, /*checkpoint_missing=*/false);
  EXPECT_EQ(second->NextOffer().job_id(), declined.job_id());
}

TEST_F(LeaseTest, AJobThatTheOnlyWorkerDeclinedIsOfferedToItAgain) {
  const auto worker = Worker();
  worker->Connect();
  const int64_t job_id = Submit();
  worker->Decline(worker->NextOffer(), /*checkpoint_missing=*/false);
  EXPECT_EQ(worker->NextOffer().job_id(), job_id);
}

TEST_F(LeaseTest, AMissingCheckpointIsOfferedAgainFromTheStart) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer first = Begin(*worker);
  worker->Send(CheckpointAt(first.attempt_id(), 1, 5, "/gone"));
  worker->Send(FinishAs(first.attempt_id(), 2, v1::OUTCOME_FAILED, v1::FAILURE_REASON_CRASHED));
  const v1::Offer resumed = worker->NextOffer();
  EXPECT_EQ(resumed.resume_path(), "/gone");
  EXPECT_EQ(resumed.resume_step(), 5);
  worker->Decline(resumed, /*checkpoint_missing=*/true);
  v1::Offer again = worker->NextOffer();
  while (again.resume_step() != 0) {  // placed before the checkpoint was forgotten
    worker->Decline(again, /*checkpoint_missing=*/true);
    again = worker->NextOffer();
  }
  EXPECT_EQ(again.job_id(), first.job_id());
  EXPECT_TRUE(again.resume_path().empty());
}

TEST_F(LeaseTest, WhatAReconnectedWorkerNoLongerHoldsIsQueuedAtOnce) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer lost = Begin(*worker);
  worker->Connect(/*held=*/{});
  const v1::Offer again = worker->NextOffer();
  EXPECT_EQ(again.job_id(), lost.job_id());
  EXPECT_GT(again.attempt_id(), lost.attempt_id());
  EXPECT_EQ(Get(lost.job_id()).attempts(0).finish().reason(), v1::FAILURE_REASON_LOST_WORKER);
}

TEST_F(LeaseTest, WhatAReconnectedWorkerHoldsRunsOn) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  worker->Connect({offer.attempt_id()});
  EXPECT_EQ(worker->Send(LossAt(offer.attempt_id(), 1, 1, 0.5)).durable_sequence(), 1);
}

TEST_F(LeaseTest, AnAttemptOutlivesTheServer) {
  auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  worker->Send(LossAt(offer.attempt_id(), 1, 1, 0.5));
  worker = nullptr;
  Restart();
  worker = Worker();
  worker->Connect({offer.attempt_id()});
  EXPECT_EQ(worker->Attach(offer.attempt_id()).durable_sequence(), 1);
  EXPECT_EQ(worker->Send(LossAt(offer.attempt_id(), 2, 2, 0.4)).durable_sequence(), 2);
}

TEST_F(LeaseTest, AnAttemptIdIsNeverGivenTwice) {
  auto worker = Worker();
  worker->Connect();
  const int64_t first = Begin(*worker).attempt_id();
  worker = nullptr;
  Restart();
  worker = Worker();
  worker->Connect();
  EXPECT_GT(worker->NextOffer().attempt_id(), first);
}

TEST_F(LeaseTest, AWorkerThatVanishesLosesItsAttemptAfterTheTerm) {
  auto lost = Worker("lost");
  lost->Connect();
  const v1::Offer offer = Begin(*lost);
  lost = nullptr;
  const auto other = Worker("other");
  other->Connect();
  Pass(std::chrono::hours(2));
  EXPECT_EQ(other->NextOffer().job_id(), offer.job_id());
}

TEST_F(LeaseTest, ATrainerThatDoesNotMoveIsHung) {
  const auto worker = Worker();
  worker->Connect();
  const v1::Offer offer = Begin(*worker);
  worker->SendProgress(offer.attempt_id(), 1);
  Pass(std::chrono::minutes(50));
  worker->SendProgress(offer.attempt_id(), 1);
  Pass(std::chrono::minutes(50));
  EXPECT_EQ(worker->NextOffer().job_id(), offer.job_id());
  EXPECT_EQ(Get(offer.job_id()).attempts(0).finish().reason(), v1::FAILURE_REASON_HUNG);
}

TEST_F(LeaseTest, ANewSessionFencesTheOlderOneOff) {
  const auto older = Worker();
  older->Connect();
  const v1::Offer offer = Begin(*older);
  older->SendProgress(offer.attempt_id(), 1);
  const auto newer = Worker();
  EXPECT_EQ(older->EndOfLeases().error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(older->EndOfReports().error_code(), StatusCode::FAILED_PRECONDITION);
}

TEST_F(LeaseTest, AStaleSessionCannotOpenAStream) {
  const auto older = Worker();
  const auto newer = Worker();
  older->Connect();
  EXPECT_EQ(older->EndOfLeases().error_code(), StatusCode::FAILED_PRECONDITION);
  older->SendProgress(1, 1);
  EXPECT_EQ(older->EndOfReports().error_code(), StatusCode::FAILED_PRECONDITION);
}

TEST_F(LeaseTest, AStreamBeginsWithWhatIsHeldAndOnlyWithIt) {
  const auto worker = Worker();
  worker->Connect();
  worker->Connect();
  v1::LeaseRequest again;
  again.mutable_held();
  worker->Say(again);
  EXPECT_EQ(worker->EndOfLeases().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(LeaseTest, ASlotThatTheWorkerDoesNotHaveIsInvalid) {
  const auto worker = Worker();
  worker->Connect();
  Submit();
  worker->Accept(worker->NextOffer(), /*slot=*/1);
  EXPECT_EQ(worker->EndOfLeases().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(LeaseTest, AnAnswerToAnOfferThatNeverWasIsIgnored) {
  const auto worker = Worker();
  worker->Connect();
  v1::Offer invented;
  invented.set_attempt_id(77);
  worker->Accept(invented);
  const int64_t job_id = Submit();
  EXPECT_EQ(worker->NextOffer().job_id(), job_id);
}

TEST_F(LeaseTest, AJobCancelledWhileItIsOfferedDoesNotRun) {
  const auto worker = Worker();
  worker->Connect();
  const int64_t job_id = Submit("a");
  const v1::Offer offer = worker->NextOffer();
  EXPECT_EQ(Cancel(job_id).state(), v1::JOB_STATE_CANCELLED);
  worker->Accept(offer);
  const int64_t next = Submit("b");
  EXPECT_EQ(worker->NextOffer().job_id(), next);
  EXPECT_EQ(worker->SendProgress(offer.attempt_id(), 1).directive(), v1::DIRECTIVE_ABANDON);
}

}  // namespace
}  // namespace geometer::server
