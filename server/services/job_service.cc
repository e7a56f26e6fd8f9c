#include "server/services/job_service.h"

#include <utility>
#include <vector>

#include "server/services/job_progress.h"
#include "server/services/reply.h"
#include "server/services/submission.h"
#include "server/services/watch_stream.h"
#include "server/storage/artifact_files.h"
#include "server/storage/job_store.h"

namespace geometer::server {

grpc::ServerUnaryReactor* JobService::SubmitJob(grpc::CallbackServerContext* context,
                                                const v1::SubmitJobRequest* request,
                                                v1::SubmitJobResponse* response) {
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  absl::StatusOr<Submission> submission = ToSubmission(*request);
  if (!submission.ok()) return Reply(rpc, submission.status());
  backend_.store.Write<v1::Job>(
      [submission = *std::move(submission), now = backend_.clock.now()](Database& database) {
        return JobStore(database).Submit(submission, now);
      },
      ReplyTo<v1::Job>(rpc, [this, response](v1::Job job) {
        backend_.dispatcher.Submitted(job);
        *response->mutable_job() = std::move(job);
      }));
  return rpc;
}

grpc::ServerUnaryReactor* JobService::GetJob(grpc::CallbackServerContext* context,
                                             const v1::GetJobRequest* request,
                                             v1::GetJobResponse* response) {
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  backend_.store.Read<v1::Job>(
      [id = request->job_id()](Database& database) { return JobStore(database).Get(id); },
      ReplyTo<v1::Job>(rpc, [this, response](v1::Job job) {
        FillProgress(backend_.scheduler, job);
        *response->mutable_job() = std::move(job);
      }));
  return rpc;
}

grpc::ServerUnaryReactor* JobService::ListJobs(grpc::CallbackServerContext* context,
                                               const v1::ListJobsRequest* request,
                                               v1::ListJobsResponse* response) {
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  backend_.store.Read<v1::ListJobsResponse>(
      [request](Database& database) { return JobStore(database).List(*request); },
      ReplyTo<v1::ListJobsResponse>(rpc, [this, response](v1::ListJobsResponse page) {
        for (v1::Job& job : *page.mutable_jobs()) FillProgress(backend_.scheduler, job);
        *response = std::move(page);
      }));
  return rpc;
}

grpc::ServerUnaryReactor* JobService::CancelJob(grpc::CallbackServerContext* context,
                                                const v1::CancelJobRequest* request,
                                                v1::CancelJobResponse* response) {
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  backend_.store.Write<v1::Job>(
      [id = request->job_id(), now = backend_.clock.now()](Database& database) {
        return JobStore(database).Cancel(id, now);
      },
      ReplyTo<v1::Job>(rpc, [this, response](v1::Job job) {
        backend_.dispatcher.Cancelled(job);
        FillProgress(backend_.scheduler, job);
        *response->mutable_job() = std::move(job);
      }));
  return rpc;
}

grpc::ServerUnaryReactor* JobService::DeleteJob(grpc::CallbackServerContext* context,
                                                const v1::DeleteJobRequest* request,
                                                v1::DeleteJobResponse* response) {
  using Attempts = std::vector<int64_t>;
  grpc::ServerUnaryReactor* rpc = context->DefaultReactor();
  backend_.store.Write<Attempts>(
      [id = request->job_id()](Database& database) { return JobStore(database).Delete(id); },
      ReplyTo<Attempts>(rpc, [this](const Attempts& attempts) {
        RemoveFolders(backend_.store.artifacts(), attempts);
      }));
  return rpc;
}

grpc::ServerWriteReactor<v1::WatchJobResponse>* JobService::WatchJob(
    grpc::CallbackServerContext* context, const v1::WatchJobRequest* request) {
  return WatchStream::Open(request->job_id(), backend_.store, backend_.scheduler, backend_.streams);
}

grpc::ServerUnaryReactor* JobService::ListWorkers(grpc::CallbackServerContext* context,
                                                  const v1::ListWorkersRequest* request,
                                                  v1::ListWorkersResponse* response) {
  for (v1::Worker& worker : backend_.scheduler.ListWorkers()) {
    response->add_workers()->Swap(&worker);
  }
  return Reply(context->DefaultReactor(), absl::OkStatus());
}

}  // namespace geometer::server
