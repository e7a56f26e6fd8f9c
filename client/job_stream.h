#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "geometer/v1/job_service.grpc.pb.h"
#include "proto/concurrency/mutex.h"

namespace geometer::client {

// A job as the server tells it, live: one WatchJob call. Thread-safe.
class JobStream final : private grpc::ClientReadReactor<v1::WatchJobResponse> {
 public:
  // Calls `changed`, on some thread, whenever one of the questions below has a new answer. It must
  // not ask them itself.
  JobStream(v1::JobService::Stub& jobs, int64_t job_id, std::function<void()> changed);

  // Ends the call if it has not ended.
  ~JobStream() override;

  // The newest state of the job; nothing when the last call returned it already.
  std::optional<v1::Job> TakeNewest();

  // How the call ended; nothing while it goes on. OK after the job's end.
  std::optional<grpc::Status> result();

 private:
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  // Constant after construction.
  v1::WatchJobRequest request_;
  const std::function<void()> changed_;

  // Of the call: used by its one reader at a time.
  grpc::ClientContext context_;
  v1::WatchJobResponse response_;

  Mutex mutex_;
  CondVar ended_;
  std::optional<v1::Job> newest_ GUARDED_BY(mutex_);
  std::optional<grpc::Status> result_ GUARDED_BY(mutex_);
};

}  // namespace geometer::client
