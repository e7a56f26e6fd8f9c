#pragma once

#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "geometer/v1/worker_service.grpc.pb.h"
#include "worker/agent/backoff.h"
#include "worker/agent/done.h"
#include "worker/agent/executor.h"

namespace geometer::worker {

// Announces the worker to the server, as often as it takes. Belongs to the executor's thread.
class Registration {
 public:
  using Registered = std::function<void(const absl::StatusOr<std::string>& session)>;

  // `registered` hears the session's name, or why the server refuses the worker.
  Registration(Executor& executor, v1::WorkerService::Stub& stub, v1::RegisterRequest description,
               Registered registered);
  // Cancels what is under way. The executor must have stopped, and still exist.
  ~Registration();

  // Calls until the server answers. Only when no other call is under way.
  void Begin();
  bool under_way() const { return call_ != nullptr; }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::RegisterResponse response;
    Done done;
  };

  void Try();
  void OnAnswer(const grpc::Status& status);

  Executor& executor_;
  v1::WorkerService::Stub& stub_;
  const v1::RegisterRequest description_;
  const Registered registered_;
  Backoff backoff_;
  std::unique_ptr<Call> call_;
};

}  // namespace geometer::worker
