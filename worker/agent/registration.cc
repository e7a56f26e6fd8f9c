#include "worker/agent/registration.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "proto/channel/status.h"

namespace geometer::worker {
namespace {

constexpr std::chrono::milliseconds kFirstDelay(100);
constexpr std::chrono::milliseconds kLongestDelay(5000);
constexpr std::chrono::seconds kTimeout(10);

bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsCancelled(status);
}

}  // namespace

Registration::Registration(Executor& executor, v1::WorkerService::Stub& stub,
                           v1::RegisterRequest description, Registered registered)
    : executor_(executor),
      stub_(stub),
      description_(std::move(description)),
      registered_(std::move(registered)),
      backoff_(kFirstDelay, kLongestDelay) {}

Registration::~Registration() {
  if (!call_) return;
  call_->context.TryCancel();
  call_->done.Wait();
}

void Registration::Begin() {
  backoff_.Reset();
  Try();
}

void Registration::Try() {
  call_ = std::make_unique<Call>();
  call_->context.set_deadline(std::chrono::system_clock::now() + kTimeout);
  stub_.async()->Register(&call_->context, &description_, &call_->response,
                          [this, &done = call_->done](const grpc::Status& status) {
                            executor_.Post([this, status] { OnAnswer(status); });
                            done.Set();
                          });
}

void Registration::OnAnswer(const grpc::Status& answer) {
  const absl::Status status = channel::FromGrpc(answer);
  call_->done.Wait();
  if (MayPass(status)) {
    spdlog::debug("not registered yet: {}", status.ToString());
    return executor_.PostAfter(backoff_.Next(), [this] { Try(); });
  }
  const std::string session = std::exchange(call_, nullptr)->response.session();
  registered_(status.ok() ? absl::StatusOr<std::string>(session) : status);
}

}  // namespace geometer::worker
