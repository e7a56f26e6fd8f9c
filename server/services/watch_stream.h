#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "geometer/v1/job_service.pb.h"
#include "proto/concurrency/mutex.h"
#include "server/scheduling/scheduler.h"
#include "server/services/streams.h"
#include "server/storage/store.h"

namespace geometer::server {

// The server's side of JobService.WatchJob: the job now, then whenever it changed, until it ended.
// Thread-safe.
//
// Changes that happen while one is read and written are one: a slow reader gets fewer, newer jobs.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchJobResponse> {
 public:
  // Opens a stream that keeps itself alive; returned for gRPC.
  static WatchStream* Open(int64_t job_id, Store& store, const Scheduler& scheduler,
                           Streams& streams);

  int64_t job_id() const { return job_id_; }
  void Changed() EXCLUDES(mutex_);
  void Close(const absl::Status& status) EXCLUDES(mutex_);

 private:
  WatchStream(int64_t job_id, Store& store, const Scheduler& scheduler, Streams& streams)
      : job_id_(job_id), store_(store), scheduler_(scheduler), streams_(streams) {}

  void Advance() EXCLUDES(mutex_);
  void Read();
  void Write(absl::StatusOr<v1::Job> job) EXCLUDES(mutex_);
  void OnWriteDone(bool ok) override EXCLUDES(mutex_);
  void OnCancel() override { Close(absl::CancelledError("the client went away")); }
  void OnDone() override;

  const int64_t job_id_;
  Store& store_;
  const Scheduler& scheduler_;
  Streams& streams_;
  std::shared_ptr<WatchStream> self_;
  v1::WatchJobResponse response_;  // while it is written

  Mutex mutex_;
  bool stale_ GUARDED_BY(mutex_) = true;  // the job changed since it was last read
  bool busy_ GUARDED_BY(mutex_) = false;  // a read or a write is under way
  bool finished_ GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> closing_ GUARDED_BY(mutex_);
};

}  // namespace geometer::server
