#include <gmock/gmock.h>

#include "tests/server/services/server_fixture.h"

namespace geometer::server {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class JobServiceTest : public ServerFixture {
 protected:
  grpc::Status Submit(const v1::SubmitJobRequest& request) {
    Call call;
    v1::SubmitJobResponse response;
    return jobs_->SubmitJob(&call.context, request, &response);
  }

  grpc::Status List(const v1::ListJobsRequest& request, v1::ListJobsResponse* response) {
    Call call;
    return jobs_->ListJobs(&call.context, request, response);
  }
};

TEST_F(JobServiceTest, ASubmittedJobIsQueuedWithItsDefaultsFilledIn) {
  const v1::Job job = Get(ServerFixture::Submit());
  EXPECT_EQ(job.state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(job.name(), "tiny");
  EXPECT_EQ(job.spec().threads(), 1);
  EXPECT_EQ(job.spec_sha256().size(), 64);
}

TEST_F(JobServiceTest, ARepeatedRequestReturnsTheSameJob) {
  const int64_t job_id = ServerFixture::Submit("request");
  EXPECT_EQ(ServerFixture::Submit("request"), job_id);
  EXPECT_NE(ServerFixture::Submit("another"), job_id);
}

TEST_F(JobServiceTest, AnotherSpecUnderTheSameRequestIdAlreadyExists) {
  ServerFixture::Submit("request");
  v1::SubmitJobRequest other = Submission("request");
  other.mutable_spec()->set_seed(1);
  EXPECT_EQ(Submit(other).error_code(), StatusCode::ALREADY_EXISTS);
}

TEST_F(JobServiceTest, AnInvalidSpecIsRefusedWithAllItsViolations) {
  v1::SubmitJobRequest request = Submission("request");
  request.mutable_spec()->set_name("no spaces");
  request.mutable_spec()->set_threads(0);
  request.mutable_spec()->clear_stop();
  const grpc::Status status = Submit(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("name: "));
  EXPECT_THAT(status.error_message(), HasSubstr("threads: "));
  EXPECT_THAT(status.error_message(), HasSubstr("stop: "));
}

TEST_F(JobServiceTest, AnUnknownParentIsRefusedByItsField) {
  v1::SubmitJobRequest request = Submission("request");
  v1::Model& model = *request.mutable_spec()->mutable_learners(0)->mutable_model();
  model.mutable_weights()->mutable_parent()->set_job(99);
  const grpc::Status status = Submit(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("learners[0].model.weights.parent.job: must be a "
                                                "job of this server (`geometer list`), got 99"));
}

TEST_F(JobServiceTest, ARequestNeedsAnId) {
  const grpc::Status status = Submit(Submission(""));
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("request_id: must have 1 to 128 bytes"));
}

TEST_F(JobServiceTest, HugeStringsAreRefusedWithAShortMessage) {
  v1::SubmitJobRequest request = Submission(std::string(1 << 20, 'x'));
  request.set_owner(std::string(1 << 20, 'x'));
  request.add_tags(std::string(1 << 20, 'x'));
  const grpc::Status status = Submit(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("tags[0]"));
  EXPECT_LT(status.error_message().size(), 1000);
}

TEST_F(JobServiceTest, TooManyTagsAreRefused) {
  v1::SubmitJobRequest request = Submission("request");
  for (int i = 0; i < 33; ++i) request.add_tags("tag");
  EXPECT_EQ(Submit(request).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(JobServiceTest, AMessageBeyondTheLimitIsResourceExhausted) {
  v1::SubmitJobRequest request = Submission("request");
  request.set_owner(std::string(17 << 20, 'x'));
  EXPECT_EQ(Submit(request).error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(JobServiceTest, AnUnknownJobIsNotFoundByEveryMethod) {
  Call get, cancel, remove, watch;
  v1::GetJobResponse got;
  EXPECT_EQ(jobs_->GetJob(&get.context, {}, &got).error_code(), StatusCode::NOT_FOUND);
  v1::CancelJobResponse cancelled;
  EXPECT_EQ(jobs_->CancelJob(&cancel.context, {}, &cancelled).error_code(), StatusCode::NOT_FOUND);
  v1::DeleteJobResponse deleted;
  EXPECT_EQ(jobs_->DeleteJob(&remove.context, {}, &deleted).error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(jobs_->WatchJob(&watch.context, {})->Finish().error_code(), StatusCode::NOT_FOUND);
}

TEST_F(JobServiceTest, AQueuedJobThatIsCancelledEndsAtOnceAndCanBeDeleted) {
  const int64_t job_id = ServerFixture::Submit();
  EXPECT_EQ(Cancel(job_id).state(), v1::JOB_STATE_CANCELLED);
  Call call;
  v1::DeleteJobRequest request;
  request.set_job_id(job_id);
  v1::DeleteJobResponse response;
  EXPECT_TRUE(jobs_->DeleteJob(&call.context, request, &response).ok());
}

TEST_F(JobServiceTest, AQueuedJobCannotBeDeleted) {
  Call call;
  v1::DeleteJobRequest request;
  request.set_job_id(ServerFixture::Submit());
  v1::DeleteJobResponse response;
  EXPECT_EQ(jobs_->DeleteJob(&call.context, request, &response).error_code(),
            StatusCode::FAILED_PRECONDITION);
}

TEST_F(JobServiceTest, PagesFollowEachOther) {
  for (const char* id : {"a", "b", "c"}) ServerFixture::Submit(id);
  v1::ListJobsRequest request;
  request.set_page_size(2);
  v1::ListJobsResponse first, second;
  ASSERT_TRUE(List(request, &first).ok());
  request.set_page_token(first.next_page_token());
  ASSERT_TRUE(List(request, &second).ok());
  EXPECT_EQ(first.jobs_size(), 2);
  EXPECT_EQ(second.jobs_size(), 1);
  EXPECT_TRUE(second.next_page_token().empty());
}

TEST_F(JobServiceTest, BadPagesAreInvalid) {
  v1::ListJobsResponse response;
  v1::ListJobsRequest negative, token;
  negative.set_page_size(-1);
  token.set_page_token("' OR 1=1 --");
  EXPECT_EQ(List(negative, &response).error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(List(token, &response).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(JobServiceTest, JobsOutliveTheServer) {
  const int64_t job_id = ServerFixture::Submit();
  Restart();
  EXPECT_EQ(Get(job_id).state(), v1::JOB_STATE_QUEUED);
}

TEST_F(JobServiceTest, ASecondServerOnTheSameFolderIsRefused) {
  ServerOptions options;
  options.listen = options.http = "127.0.0.1:0";
  options.data = folder_.path();
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace geometer::server
