#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"
#include "geometer/v1/result_service.grpc.pb.h"
#include "worker/agent/backoff.h"
#include "worker/agent/executor.h"

namespace geometer::worker {

// The first parent whose weights an attempt at `spec` needs and the folder of artifacts does not
// hold: a file there is named by the SHA-256 of its bytes. Null: none.
const v1::Parent* FindMissingParent(const v1::JobSpec& spec, const std::filesystem::path& folder);

// Deletes what earlier processes left of a fetch in the folder of artifacts: unfinished files that
// nobody has written to for a day.
void RemoveAbandonedParts(const std::filesystem::path& folder);

// Brings the weights of a finished job from the server into the folder of artifacts. The file
// appears whole, and only with the bytes that the digest promises. Belongs to the executor's
// thread; bytes are written on gRPC's.
class ParentFetch {
 public:
  // OK: the file is there. CANCELLED: Cancel was called. NOT_FOUND: the server has no such
  // artifact. DATA_LOSS: it has other bytes, or more than 4 GiB. Else: the file can't be written.
  using Fetched = std::function<void(const absl::Status&)>;

  // `fetched` runs once, on the executor's thread, and must not destroy this.
  ParentFetch(Executor& executor, v1::ResultService::Stub& stub, const v1::Parent& parent,
              std::filesystem::path folder, Fetched fetched);
  // Cancels what is under way. Before `fetched` has run, the executor must have stopped.
  ~ParentFetch();
  ParentFetch(const ParentFetch&) = delete;
  ParentFetch& operator=(const ParentFetch&) = delete;

  // Asks the server, again and again while that can't be reached.
  void Begin();
  void Cancel();

  // When bytes last came; the beginning, before the first.
  std::chrono::steady_clock::time_point heard() const {
    return Clock::time_point(Clock::duration(heard_.load()));
  }

 private:
  class Call;
  using Clock = std::chrono::steady_clock;

  void Hear() { heard_ = Clock::now().time_since_epoch().count(); }
  void Try();
  void OnEnd(const absl::Status& status);

  Executor& executor_;
  v1::ResultService::Stub& stub_;
  const v1::Parent parent_;
  const std::filesystem::path folder_;
  const Fetched fetched_;
  Backoff backoff_;
  std::atomic<Clock::rep> heard_;
  bool cancelled_ = false;
  std::unique_ptr<Call> call_;  // none while it waits to try again
};

}  // namespace geometer::worker
