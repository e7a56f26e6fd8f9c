#include "server/storage/job_store.h"

#include "tests/server/storage/store_fixture.h"

namespace geometer::server {
namespace {

using JobStoreTest = StoreFixture;

TEST_F(JobStoreTest, ASubmittedJobWaitsWithItsSpecOwnerAndTags) {
  Submission submission = SubmissionOf("occam");
  submission.tags = {"demo", "a", "demo"};
  submission.explicit_spec.mutable_resources()->set_device(v1::DEVICE_CUDA);
  const v1::Job job = *jobs.Submit(submission, now);
  EXPECT_EQ(job.state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(job.spec().name(), "occam");
  EXPECT_EQ(job.submit_time().seconds(), 1'700'000'000);
  EXPECT_THAT(job.tags(), testing::ElementsAre("a", "demo"));
  EXPECT_EQ(jobs.Queued().at(0).device, v1::DEVICE_CUDA);
}

TEST_F(JobStoreTest, ARepeatedRequestReturnsTheSameJob) {
  const int64_t first = jobs.Submit(SubmissionOf("a", "request"), now)->id();
  EXPECT_EQ(jobs.Submit(SubmissionOf("a", "request"), now)->id(), first);
  EXPECT_EQ(Count("SELECT count(*) FROM job"), 1);
}

TEST_F(JobStoreTest, AnotherSpecUnderTheSameRequestIsRefused) {
  ASSERT_TRUE(jobs.Submit(SubmissionOf("a", "request"), now).ok());
  EXPECT_EQ(CodeOf(jobs.Submit(SubmissionOf("b", "request"), now)),
            absl::StatusCode::kAlreadyExists);
}

TEST_F(JobStoreTest, SubmissionsWithoutARequestIdAreDifferentJobs) {
  EXPECT_NE(Submit("a"), Submit("a"));
}

TEST_F(JobStoreTest, AnUnknownJobIsNotFound) {
  EXPECT_EQ(CodeOf(jobs.Get(7)), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(jobs.Cancel(7, now)), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(jobs.Delete(7)), absl::StatusCode::kNotFound);
  EXPECT_EQ(CodeOf(jobs.MakeOffer(1, 7, kWorker)), absl::StatusCode::kNotFound);
}

TEST_F(JobStoreTest, BeginningMakesAJobRunOnceOnly) {
  const int64_t job_id = Submit();
  const v1::Offer offer = *jobs.MakeOffer(1, job_id, kWorker);
  EXPECT_TRUE(jobs.Begin(offer, kWorker, 3, now).ok());
  EXPECT_EQ(CodeOf(jobs.Begin(offer, kWorker, 3, now)), absl::StatusCode::kFailedPrecondition);
  const v1::Job job = *jobs.Get(job_id);
  EXPECT_EQ(job.state(), v1::JOB_STATE_RUNNING);
  EXPECT_EQ(job.attempts(0).worker_id(), kWorker);
  EXPECT_EQ(job.attempts(0).slot(), 3u);
  EXPECT_EQ(jobs.Running().at(0).attempt_id, 1);
  EXPECT_TRUE(jobs.Queued().empty());
}

TEST_F(JobStoreTest, SuccessEndsTheJobAndItsAttempt) {
  const int64_t job_id = Submit();
  const int64_t attempt_id = Begin(job_id);
  v1::Finish finish = FinishOf(v1::OUTCOME_SUCCEEDED).finish();
  finish.set_step(2000);
  EXPECT_EQ(*jobs.Finish(attempt_id, finish, now), v1::JOB_STATE_SUCCEEDED);
  const v1::Job job = *jobs.Get(job_id);
  EXPECT_EQ(job.progress().step(), 2000u);
  EXPECT_TRUE(job.has_end_time());
  EXPECT_EQ(job.attempts(0).finish().outcome(), v1::OUTCOME_SUCCEEDED);
  EXPECT_EQ(CodeOf(jobs.Finish(attempt_id, finish, now)), absl::StatusCode::kFailedPrecondition);
}

TEST_F(JobStoreTest, TheThirdCrashHoldsTheJob) {
  const int64_t job_id = Submit();
  const v1::Finish crash = FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_CRASHED).finish();
  EXPECT_EQ(*jobs.Finish(Begin(job_id), crash, now), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(*jobs.Finish(Begin(job_id), crash, now), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(*jobs.Finish(Begin(job_id), crash, now), v1::JOB_STATE_HELD);
  EXPECT_TRUE(jobs.Queued().empty());
  EXPECT_EQ(jobs.Get(job_id)->attempts_size(), 3);
  EXPECT_EQ(jobs.Cancel(job_id, now)->state(), v1::JOB_STATE_CANCELLED);
}

TEST_F(JobStoreTest, PreemptionNeverUsesUpTries) {
  const int64_t job_id = Submit();
  const v1::Finish preempted = FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_PREEMPTED).finish();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(*jobs.Finish(Begin(job_id), preempted, now), v1::JOB_STATE_QUEUED);
  }
}

TEST_F(JobStoreTest, CancellingAQueuedJobEndsItAtOnceAndARepeatIsHarmless) {
  const int64_t job_id = Submit();
  EXPECT_EQ(jobs.Cancel(job_id, now)->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(jobs.Cancel(job_id, now)->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(CodeOf(jobs.MakeOffer(1, job_id, kWorker)), absl::StatusCode::kFailedPrecondition);
}

TEST_F(JobStoreTest, CancellingARunningJobWaitsForItsWorker) {
  const int64_t job_id = Submit();
  const int64_t attempt_id = Begin(job_id);
  const v1::Job asked = *jobs.Cancel(job_id, now);
  EXPECT_EQ(asked.state(), v1::JOB_STATE_RUNNING);
  EXPECT_TRUE(asked.cancel_requested());
  EXPECT_TRUE(jobs.Running().at(0).cancel_requested);
  const v1::Finish lost = FinishOf(v1::OUTCOME_FAILED, v1::FAILURE_REASON_LOST_WORKER).finish();
  EXPECT_EQ(*jobs.Finish(attempt_id, lost, now), v1::JOB_STATE_CANCELLED);
}

TEST_F(JobStoreTest, AnEndedJobCannotBeCancelled) {
  const int64_t job_id = Submit();
  ASSERT_TRUE(jobs.Finish(Begin(job_id), FinishOf(v1::OUTCOME_SUCCEEDED).finish(), now).ok());
  const absl::Status status = jobs.Cancel(job_id, now).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("SUCCEEDED"));
}

TEST_F(JobStoreTest, DeletingRemovesEveryTraceOfAnEndedJob) {
  const int64_t job_id = Submit();
  const int64_t attempt_id = Begin(job_id);
  for (const v1::Record& record :
       {PointsOf({{0, 1.0}}), LogOf({"line"}), CheckpointAt(0), FinishOf(v1::OUTCOME_SUCCEEDED)}) {
    ASSERT_TRUE(Send(attempt_id, record).ok());
  }
  EXPECT_THAT(*jobs.Delete(job_id), testing::ElementsAre(attempt_id));
  for (const char* table : {"job", "job_spec", "attempt", "checkpoint", "series", "point",
                            "latest_point", "curve_bucket", "log_line"}) {
    EXPECT_EQ(Count(std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
  EXPECT_EQ(jobs.LastAttemptId(), attempt_id);
}

TEST_F(JobStoreTest, AJobThatWaitsOrRunsCannotBeDeleted) {
  const int64_t job_id = Submit();
  EXPECT_EQ(CodeOf(jobs.Delete(job_id)), absl::StatusCode::kFailedPrecondition);
  Begin(job_id);
  EXPECT_EQ(CodeOf(jobs.Delete(job_id)), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace geometer::server
