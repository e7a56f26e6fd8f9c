#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "worker/agent/executor.h"
#include "worker/agent/lease_loop.h"
#include "worker/agent/outbox.h"
#include "worker/agent/registration.h"
#include "worker/agent/reporter.h"

namespace geometer::worker {

// The worker at the server: registers, then keeps a report stream and, once everything that an
// earlier process left behind is settled, a lease stream. Belongs to the executor's thread.
//
// Registers again only when the server has forgotten the session because it restarted (NOT_FOUND).
// A newer session of the same worker id (FAILED_PRECONDITION) is the end of this one.
class Session {
 public:
  struct Handlers {
    std::function<v1::LeaseRequest(const v1::Offer&)> offered;  // see LeaseLoop
    std::function<void(const v1::AttemptReceipt&)> directed;    // the outbox knows it already
    std::function<void()> established;                          // offers can come; may repeat
    std::function<void(const absl::Status&)> refused;           // nothing more will happen
  };
  // Borrows `outbox`.
  Session(Executor& executor, const std::shared_ptr<grpc::Channel>& channel,
          v1::RegisterRequest description, Outbox& outbox, Handlers handlers);

  void Begin() { registration_.Begin(); }
  // Whether offers can come.
  bool established() const { return !lease_.session().empty(); }

  // See Reporter.
  void Flush() { reporter_.Flush(); }
  void Beat(const std::vector<v1::AttemptProgress>& progress) { reporter_.Beat(progress); }

 private:
  void OnRegistered(const absl::StatusOr<std::string>& session);
  void OnReceipt(const v1::AttemptReceipt& receipt);
  bool OnEnded(const absl::Status& status, const std::string& used_session);
  void OpenLease();

  const Handlers handlers_;
  Outbox& outbox_;
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  std::string session_;  // empty until registered
  Registration registration_;
  LeaseLoop lease_;
  Reporter reporter_;
};

}  // namespace geometer::worker
