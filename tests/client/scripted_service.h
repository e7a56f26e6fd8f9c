#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "geometer/v1/job_service.grpc.pb.h"
#include "geometer/v1/result_service.grpc.pb.h"
#include "proto/channel/server.h"

namespace geometer::client {

// A server that answers from what a test has written down, over loopback, and keeps what it was
// asked. Write everything down before the first call.
class ScriptedService {
 public:
  ScriptedService();
  ~ScriptedService();

  std::string address() const { return listening_.address.ToString(); }

  // Every job, by id; CancelJob, GetJob, WatchJob and ListJobs answer from them.
  std::map<int64_t, v1::Job> jobs;
  // What WatchJob sends before the job itself.
  std::vector<v1::Job> watch_first;
  // So many calls of WatchJob break off after that.
  int watch_breaks = 0;
  std::vector<v1::Worker> workers;
  v1::Points points;  // of every job, filtered by probe, quantity and split
  std::vector<std::string> log_lines;
  std::map<std::string, std::string> artifacts;  // content, by name
  std::string artifact_sha256;                   // of each
  grpc::Status submit_status;

  // What was asked.
  std::vector<v1::SubmitJobRequest> submitted;
  std::vector<v1::ListJobsRequest> listed;
  std::vector<v1::QueryPointsRequest> queried;
  std::vector<int64_t> cancelled;
  std::vector<int64_t> deleted;
  v1::ReadLogsRequest logs_request;

 private:
  class Jobs;
  class Results;
  std::unique_ptr<Jobs> job_service_;
  std::unique_ptr<Results> result_service_;
  channel::ListeningServer listening_;
};

}  // namespace geometer::client
