#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "proto/channel/status.h"
#include "proto/concurrency/mutex.h"
#include "server/scheduling/scheduler.h"

namespace geometer::server {

// A bidirectional stream with a worker: one read and one write at a time, ended exactly once.
// Thread-safe. Keeps itself alive until gRPC is done with it; any other thread that calls it holds
// a shared_ptr.
//
// Every request's session is checked before the derived class sees it: a stale one ends the stream
// with FAILED_PRECONDITION.
template <typename Request, typename Response>
class WorkerStream : public grpc::ServerBidiReactor<Request, Response> {
 public:
  // Sends `response` after those before it. A worker that reads too slowly loses the stream.
  void Send(Response response) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (closing_) return;
    if (queue_.size() >= kMaxQueued) {
      closing_ = absl::ResourceExhaustedError("the worker does not read its stream; connect again");
      context_.TryCancel();
      return;
    }
    queue_.push_back(std::move(response));
    Advance();
  }

  // Ends the stream with `status` once what was sent is written. The first call counts.
  void Close(const absl::Status& status) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (!closing_) closing_ = status;
    Advance();
  }

  // Empty before the first request.
  std::string worker_id() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return worker_id_;
  }

 protected:
  WorkerStream(grpc::CallbackServerContext& context, const Scheduler& scheduler)
      : context_(context), scheduler_(scheduler) {}

  // Handles one request. The next is read when ReadNext is called: at most once for each.
  virtual void Receive(Request request) = 0;

  void ReadNext() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (closing_) return;
    request_.Clear();
    this->StartRead(&request_);
  }

 private:
  static constexpr size_t kMaxQueued = 256;

  void OnReadDone(bool ok) final EXCLUDES(mutex_) {
    if (!ok) return Close(absl::OkStatus());
    const absl::StatusOr<std::string> worker = scheduler_.WorkerOf(request_.session());
    if (!worker.ok()) return Close(worker.status());
    {
      MutexLock lock(mutex_);
      worker_id_ = *worker;
    }
    Receive(std::move(request_));
  }

  void OnWriteDone(bool ok) final EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    writing_ = false;
    queue_.pop_front();
    if (!ok) {
      queue_.clear();
      if (!closing_) closing_ = absl::CancelledError("the worker went away");
    }
    Advance();
  }

  void Advance() REQUIRES(mutex_) {
    if (writing_ || finished_) return;
    if (!queue_.empty()) {
      writing_ = true;
      this->StartWrite(&queue_.front());
    } else if (closing_) {
      finished_ = true;
      this->Finish(channel::ToGrpc(*closing_));
    }
  }

  grpc::CallbackServerContext& context_;
  const Scheduler& scheduler_;
  Request request_;  // while a read is under way
  mutable Mutex mutex_;
  std::string worker_id_ GUARDED_BY(mutex_);
  std::deque<Response> queue_ GUARDED_BY(mutex_);  // the first one is being written
  bool writing_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> closing_ GUARDED_BY(mutex_);
};

}  // namespace geometer::server
