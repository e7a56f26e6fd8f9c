#include "worker/agent/lease_loop.h"

#include <utility>

namespace geometer::worker {

LeaseLoop::LeaseLoop(Executor& executor, v1::WorkerService::Stub& stub, Handlers handlers)
    : handlers_(std::move(handlers)),
      stream_(executor,
              [&stub](auto* context, auto* reactor) { stub.async()->Lease(context, reactor); },
              {.opened = [this] { OnOpened(); },
               .writable = [this] { Advance(); },
               .received = [this](const v1::LeaseResponse& response) { OnReceived(response); },
               .ended = handlers_.ended}) {}

void LeaseLoop::Open(const std::string& session) {
  session_ = session;
  stream_.Open();
}

void LeaseLoop::OnOpened() {
  used_session_ = session_;
  v1::LeaseRequest first;
  v1::HeldAttempts& held = *first.mutable_held();
  for (const int64_t id : handlers_.held()) held.add_attempt_ids(id);
  queue_ = {std::move(first)};
  Advance();
}

void LeaseLoop::OnReceived(const v1::LeaseResponse& response) {
  if (!response.has_offer()) return;  // a draining server closes the stream next
  queue_.push_back(handlers_.offered(response.offer()));
  Advance();
}

void LeaseLoop::Advance() {
  if (queue_.empty() || !stream_.writable()) return;
  queue_.front().set_session(used_session_);
  stream_.Write(std::move(queue_.front()));
  queue_.pop_front();
}

}  // namespace geometer::worker
