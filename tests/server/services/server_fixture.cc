#include "tests/server/services/server_fixture.h"

#include <httplib.h>

#include "proto/channel/channel.h"
#include "proto/contract/yaml.h"

namespace geometer::server {
namespace {

constexpr char kJob[] = R"(
name: tiny
data: {digits: {}}
learner:
  model: {mlp: {hidden: [4]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
stop: {steps: 10}
)";

}  // namespace

void ServerFixture::Start() {
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.http = "127.0.0.1:0";
  options.data = folder_.path();
  options.lease_term = absl::Hours(1);
  options.clock.steady = [this] { return std::chrono::steady_clock::now() + passed_.load(); };
  auto server = Server::Start(options);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  channel_ = *channel::MakeChannel(server_->address());
  jobs_ = v1::JobService::NewStub(channel_);
  results_ = v1::ResultService::NewStub(channel_);
}

void ServerFixture::Restart() {
  server_.reset();
  Start();
}

v1::SubmitJobRequest ServerFixture::Submission(const std::string& request_id) {
  v1::SubmitJobRequest request;
  *request.mutable_spec() = *contract::ParseJob(kJob, "tiny.yaml");
  request.set_request_id(request_id);
  return request;
}

int64_t ServerFixture::Submit(const std::string& request_id) {
  Call call;
  v1::SubmitJobResponse response;
  const grpc::Status status = jobs_->SubmitJob(&call.context, Submission(request_id), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.job().id();
}

v1::Job ServerFixture::Get(int64_t job_id) {
  Call call;
  v1::GetJobRequest request;
  request.set_job_id(job_id);
  v1::GetJobResponse response;
  const grpc::Status status = jobs_->GetJob(&call.context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.job();
}

v1::Job ServerFixture::WaitFor(int64_t job_id, v1::JobState state) {
  Call call;
  v1::WatchJobRequest request;
  request.set_job_id(job_id);
  const auto stream = jobs_->WatchJob(&call.context, request);
  v1::WatchJobResponse response;
  while (stream->Read(&response)) {
    if (response.job().state() == state) return response.job();
  }
  ADD_FAILURE() << "the job ended as " << v1::JobState_Name(response.job().state());
  return {};
}

v1::Job ServerFixture::Cancel(int64_t job_id) {
  Call call;
  v1::CancelJobRequest request;
  request.set_job_id(job_id);
  v1::CancelJobResponse response;
  const grpc::Status status = jobs_->CancelJob(&call.context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.job();
}

v1::Points ServerFixture::Points(int64_t job_id) {
  Call call;
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  const auto stream = results_->QueryPoints(&call.context, request);
  v1::Points points;
  v1::QueryPointsResponse response;
  while (stream->Read(&response)) points.MergeFrom(response.points());
  EXPECT_TRUE(stream->Finish().ok());
  return points;
}

std::string ServerFixture::Page(const std::string& path) {
  const auto result = httplib::Client("http://" + server_->http_address()).Get(path);
  return result ? result->body : "";
}

v1::Offer ServerFixture::Begin(ScriptedWorker& worker, const std::string& request_id) {
  const int64_t job_id = Submit(request_id);
  const v1::Offer offer = worker.NextOffer();
  worker.Accept(offer);
  WaitFor(job_id, v1::JOB_STATE_RUNNING);
  return offer;
}

}  // namespace geometer::server
