#pragma once

#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "geometer/v1/job_service.grpc.pb.h"
#include "geometer/v1/result_service.grpc.pb.h"
#include "server/server.h"
#include "tests/server/services/scripted_worker.h"
#include "tests/server/storage/temporary_folder.h"

namespace geometer::server {

// A whole server on a folder and ports of its own, and clients of it. Its steady clock only moves
// when a test says so (Pass), and then by a lot: the lease term is an hour.
class ServerFixture : public testing::Test {
 protected:
  ServerFixture() { Start(); }

  void Start();
  void Restart();
  void Pass(std::chrono::steady_clock::duration time) { passed_ = passed_.load() + time; }

  static v1::SubmitJobRequest Submission(const std::string& request_id);
  int64_t Submit(const std::string& request_id = "request");
  v1::Job Get(int64_t job_id);
  // Follows the job until it is in that state.
  v1::Job WaitFor(int64_t job_id, v1::JobState state);
  v1::Job Cancel(int64_t job_id);
  // All live points of the job.
  v1::Points Points(int64_t job_id);
  // The body of one of the server's HTTP pages.
  std::string Page(const std::string& path);

  std::unique_ptr<ScriptedWorker> Worker(const std::string& id = "worker", uint32_t slots = 1) {
    return std::make_unique<ScriptedWorker>(channel_, id, slots);
  }
  // Submits a job and has the worker run it: the lease is on disk on return.
  v1::Offer Begin(ScriptedWorker& worker, const std::string& request_id = "request");

  TemporaryFolder folder_;
  std::atomic<std::chrono::steady_clock::duration> passed_{std::chrono::steady_clock::duration(0)};
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::JobService::Stub> jobs_;
  std::unique_ptr<v1::ResultService::Stub> results_;
};

}  // namespace geometer::server
