#include "tests/client/scripted_service.h"

#include <algorithm>

namespace geometer::client {
namespace {

grpc::Status NoSuchJob(int64_t id) {
  return {grpc::StatusCode::NOT_FOUND, "no job " + std::to_string(id)};
}

bool Matches(const v1::Series& filter, const v1::Series& series) {
  return (filter.probe().empty() || filter.probe() == series.probe()) &&
         (filter.quantity().empty() || filter.quantity() == series.quantity()) &&
         (filter.split() == v1::SPLIT_UNSPECIFIED || filter.split() == series.split());
}

}  // namespace

class ScriptedService::Jobs final : public v1::JobService::Service {
 public:
  explicit Jobs(ScriptedService& script) : script_(script) {}

  grpc::Status SubmitJob(grpc::ServerContext*, const v1::SubmitJobRequest* request,
                         v1::SubmitJobResponse* response) override {
    if (!script_.submit_status.ok()) return script_.submit_status;
    script_.submitted.push_back(*request);
    v1::Job& job = *response->mutable_job();
    job.set_id(static_cast<int64_t>(script_.submitted.size()) + 6);
    job.set_name(request->spec().name());
    job.set_state(v1::JOB_STATE_QUEUED);
    return grpc::Status::OK;
  }

  grpc::Status GetJob(grpc::ServerContext*, const v1::GetJobRequest* request,
                      v1::GetJobResponse* response) override {
    return Find(request->job_id(), *response->mutable_job());
  }

  grpc::Status ListJobs(grpc::ServerContext*, const v1::ListJobsRequest* request,
                        v1::ListJobsResponse* response) override {
    script_.listed.push_back(*request);
    // Pages of two, so that every list has several.
    int64_t first = request->page_token().empty() ? 0 : std::stoll(request->page_token());
    for (auto job = script_.jobs.upper_bound(first); job != script_.jobs.end(); ++job) {
      if (response->jobs_size() == 2) {
        response->set_next_page_token(std::to_string(first));
        break;
      }
      *response->add_jobs() = job->second;
      first = job->first;
    }
    return grpc::Status::OK;
  }

  grpc::Status CancelJob(grpc::ServerContext*, const v1::CancelJobRequest* request,
                         v1::CancelJobResponse* response) override {
    script_.cancelled.push_back(request->job_id());
    return Find(request->job_id(), *response->mutable_job());
  }

  grpc::Status DeleteJob(grpc::ServerContext*, const v1::DeleteJobRequest* request,
                         v1::DeleteJobResponse*) override {
    if (script_.jobs.erase(request->job_id()) == 0) return NoSuchJob(request->job_id());
    script_.deleted.push_back(request->job_id());
    return grpc::Status::OK;
  }

  grpc::Status WatchJob(grpc::ServerContext*, const v1::WatchJobRequest* request,
                        grpc::ServerWriter<v1::WatchJobResponse>* writer) override {
    v1::WatchJobResponse response;
    for (const v1::Job& job : script_.watch_first) {
      *response.mutable_job() = job;
      writer->Write(response);
    }
    if (script_.watch_breaks > 0) {
      --script_.watch_breaks;
      return {grpc::StatusCode::UNAVAILABLE, "going away"};
    }
    const grpc::Status found = Find(request->job_id(), *response.mutable_job());
    if (found.ok()) writer->Write(response);
    return found;
  }

  grpc::Status ListWorkers(grpc::ServerContext*, const v1::ListWorkersRequest*,
                           v1::ListWorkersResponse* response) override {
    for (const v1::Worker& worker : script_.workers) *response->add_workers() = worker;
    return grpc::Status::OK;
  }

 private:
  grpc::Status Find(int64_t id, v1::Job& job) {
    const auto found = script_.jobs.find(id);
    if (found == script_.jobs.end()) return NoSuchJob(id);
    job = found->second;
    return grpc::Status::OK;
  }

  ScriptedService& script_;
};

class ScriptedService::Results final : public v1::ResultService::Service {
 public:
  explicit Results(ScriptedService& script) : script_(script) {}

  grpc::Status ListSeries(grpc::ServerContext*, const v1::ListSeriesRequest*,
                          v1::ListSeriesResponse* response) override {
    *response->mutable_series() = script_.points.series();
    return grpc::Status::OK;
  }

  grpc::Status QueryPoints(grpc::ServerContext*, const v1::QueryPointsRequest* request,
                           grpc::ServerWriter<v1::QueryPointsResponse>* writer) override {
    script_.queried.push_back(*request);
    // One point a message, so that every answer has several.
    for (int i = 0; i < script_.points.step_size(); ++i) {
      const v1::Series& series = script_.points.series(script_.points.series_index(i));
      const auto matches = [&](const v1::Series& filter) { return Matches(filter, series); };
      if (!request->series().empty() &&
          std::none_of(request->series().begin(), request->series().end(), matches)) {
        continue;
      }
      writer->Write(Part(series, i));
    }
    return grpc::Status::OK;
  }

  grpc::Status ReadLogs(grpc::ServerContext*, const v1::ReadLogsRequest* request,
                        grpc::ServerWriter<v1::ReadLogsResponse>* writer) override {
    script_.logs_request = *request;
    v1::ReadLogsResponse response;
    for (const std::string& line : script_.log_lines) response.add_lines(line);
    writer->Write(response);
    return grpc::Status::OK;
  }

  grpc::Status ListArtifacts(grpc::ServerContext*, const v1::ListArtifactsRequest*,
                             v1::ListArtifactsResponse* response) override {
    for (const auto& [name, content] : script_.artifacts) {
      v1::Artifact& artifact = *response->add_artifacts();
      artifact.set_name(name);
      artifact.set_size(content.size());
      artifact.set_sha256(script_.artifact_sha256);
    }
    return grpc::Status::OK;
  }

  grpc::Status ReadArtifact(grpc::ServerContext*, const v1::ReadArtifactRequest* request,
                            grpc::ServerWriter<v1::ReadArtifactResponse>* writer) override {
    v1::ReadArtifactResponse response;
    for (const char byte : script_.artifacts.at(request->name())) {
      response.set_data(&byte, 1);
      writer->Write(response);
    }
    return grpc::Status::OK;
  }

 private:
  v1::QueryPointsResponse Part(const v1::Series& series, int i) const {
    v1::QueryPointsResponse response;
    v1::Points& points = *response.mutable_points();
    *points.add_series() = series;
    points.add_series_index(0);
    points.add_step(script_.points.step(i));
    points.add_value(script_.points.value(i));
    if (i < script_.points.residual_size()) points.add_residual(script_.points.residual(i));
    if (i < script_.points.elapsed_size()) points.add_elapsed(script_.points.elapsed(i));
    return response;
  }

  ScriptedService& script_;
};

ScriptedService::ScriptedService()
    : job_service_(std::make_unique<Jobs>(*this)),
      result_service_(std::make_unique<Results>(*this)),
      listening_(
          *channel::StartServer("127.0.0.1:0", {job_service_.get(), result_service_.get()})) {}

ScriptedService::~ScriptedService() { listening_.server->Shutdown(); }

}  // namespace geometer::client
