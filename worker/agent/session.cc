#include "worker/agent/session.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace geometer::worker {

Session::Session(Executor& executor, const std::shared_ptr<grpc::Channel>& channel,
                 v1::RegisterRequest description, Outbox& outbox, Handlers handlers)
    : handlers_(std::move(handlers)),
      outbox_(outbox),
      stub_(v1::WorkerService::NewStub(channel)),
      registration_(executor, *stub_, std::move(description),
                    [this](const auto& session) { OnRegistered(session); }),
      lease_(executor, *stub_,
             {.held = [this] { return outbox_.attempt_ids(); },
              .offered = handlers_.offered,
              .ended = [this](const auto& status) { return OnEnded(status, lease_.session()); }}),
      reporter_(
          executor, *stub_, outbox_,
          {.received = [this](const auto& receipt) { OnReceipt(receipt); },
           .ended = [this](const auto& status) { return OnEnded(status, reporter_.session()); }}) {}

void Session::OnRegistered(const absl::StatusOr<std::string>& session) {
  if (!session.ok()) return handlers_.refused(session.status());
  spdlog::info("registered");
  session_ = *session;
  reporter_.Open(session_);
  OpenLease();
}

void Session::OpenLease() {
  if (session_.empty() || !outbox_.recovered()) return;
  lease_.Open(session_);
  handlers_.established();
}

void Session::OnReceipt(const v1::AttemptReceipt& receipt) {
  handlers_.directed(receipt);
  OpenLease();
}

// Both streams may tell of a restart of the server; only the first one registers.
bool Session::OnEnded(const absl::Status& status, const std::string& used_session) {
  if (absl::IsFailedPrecondition(status)) {
    handlers_.refused(status);
    return false;
  }
  spdlog::warn("a stream to the server ended: {}", status.ToString());
  if (!absl::IsNotFound(status)) return true;
  if (used_session == session_) {
    session_.clear();
    registration_.Begin();
  }
  return !session_.empty();
}

}  // namespace geometer::worker
