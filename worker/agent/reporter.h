#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/worker_service.grpc.pb.h"
#include "worker/agent/outbox.h"
#include "worker/agent/stream.h"

namespace geometer::worker {

// The stream on which the outbox is sent and the server's receipts come back. A record goes out as
// soon as the record before it is written: no timer delays it. Belongs to the executor's thread.
class Reporter {
 public:
  struct Handlers {
    std::function<void(const v1::AttemptReceipt&)> received;  // the outbox knows it already
    std::function<bool(const absl::Status&)> ended;           // see Stream::Handlers
  };
  // Borrows `outbox`.
  Reporter(Executor& executor, v1::WorkerService::Stub& stub, Outbox& outbox, Handlers handlers);

  // Opens the stream, or, if it is open, only uses `session` from the next time on.
  void Open(const std::string& session);
  // The session that the stream was opened with.
  const std::string& session() const { return used_session_; }

  // Sends what the outbox has.
  void Flush();
  // Says that the worker is alive and how far its attempts are. About once a second.
  void Beat(const std::vector<v1::AttemptProgress>& progress);

 private:
  void OnOpened();
  void OnReceived(const v1::ReportResponse& response);

  const Handlers handlers_;
  Outbox& outbox_;
  std::string session_;
  std::string used_session_;
  std::optional<v1::ReportRequest> beat_;  // to be sent with the next request
  Stream<v1::ReportRequest, v1::ReportResponse> stream_;
};

}  // namespace geometer::worker
