#include "worker/agent/reporter.h"

#include <utility>

namespace geometer::worker {

Reporter::Reporter(Executor& executor, v1::WorkerService::Stub& stub, Outbox& outbox,
                   Handlers handlers)
    : handlers_(std::move(handlers)),
      outbox_(outbox),
      stream_(executor,
              [&stub](auto* context, auto* reactor) { stub.async()->Report(context, reactor); },
              {.opened = [this] { OnOpened(); },
               .writable = [this] { Flush(); },
               .received = [this](const v1::ReportResponse& response) { OnReceived(response); },
               .ended = handlers_.ended}) {}

void Reporter::Open(const std::string& session) {
  session_ = session;
  stream_.Open();
}

void Reporter::OnOpened() {
  used_session_ = session_;
  beat_.reset();
  outbox_.Reconnect();
  Flush();
}

void Reporter::OnReceived(const v1::ReportResponse& response) {
  for (const v1::AttemptReceipt& receipt : response.receipts()) {
    outbox_.Acknowledge(receipt);
    handlers_.received(receipt);
  }
  Flush();
}

void Reporter::Flush() {
  if (!stream_.writable()) return;
  std::optional<v1::ReportRequest> request = outbox_.Next();
  if (!request && !beat_) return;
  if (!request) request.emplace();
  if (beat_) request->MergeFrom(*std::exchange(beat_, std::nullopt));
  request->set_session(used_session_);
  stream_.Write(*std::move(request));
}

void Reporter::Beat(const std::vector<v1::AttemptProgress>& progress) {
  beat_.emplace();
  for (const v1::AttemptProgress& attempt : progress) {
    if (outbox_.answered(attempt.attempt_id())) *beat_->add_progress() = attempt;
  }
  Flush();
}

}  // namespace geometer::worker
