#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/worker_service.grpc.pb.h"
#include "worker/agent/stream.h"

namespace geometer::worker {

// The stream on which the server offers attempts. Belongs to the executor's thread.
class LeaseLoop {
 public:
  struct Handlers {
    std::function<std::vector<int64_t>()> held;  // attempts that this worker has
    // Answers an offer: accept or decline. An accepted attempt may begin before the server knows;
    // if it never learns of it, it calls the attempt's records abandoned.
    std::function<v1::LeaseRequest(const v1::Offer&)> offered;
    std::function<bool(const absl::Status&)> ended;  // see Stream::Handlers
  };
  LeaseLoop(Executor& executor, v1::WorkerService::Stub& stub, Handlers handlers);

  // Opens the stream, or, if it is open, only uses `session` from the next time on.
  void Open(const std::string& session);
  // The session that the stream was opened with.
  const std::string& session() const { return used_session_; }

 private:
  void OnOpened();
  void OnReceived(const v1::LeaseResponse& response);
  void Advance();

  const Handlers handlers_;
  std::string session_;
  std::string used_session_;
  std::deque<v1::LeaseRequest>
      queue_;  // bounded by the slots: the server offers one at a time each
  Stream<v1::LeaseRequest, v1::LeaseResponse> stream_;
};

}  // namespace geometer::worker
