#include "server/scheduling/workers.h"

#include <algorithm>

namespace geometer::server {
namespace {

constexpr uint32_t kMaxSlots = 1024;

}  // namespace

absl::StatusOr<std::string> Workers::Register(const v1::RegisterRequest& description,
                                              absl::Time now) {
  if (description.worker_id().empty() || description.worker_id().size() > 128) {
    return absl::InvalidArgumentError("worker_id: 1 to 128 bytes");
  }
  if (description.slots() < 1 || description.slots() > kMaxSlots) {
    return absl::InvalidArgumentError("slots: from 1 to 1024");
  }
  const std::string session = new_session_();
  const auto older = by_worker_.find(description.worker_id());
  if (older != by_worker_.end()) fenced_.insert(older->second.session);
  by_worker_[description.worker_id()] = {session, description, now, /*connected=*/false};
  return session;
}

absl::StatusOr<const WorkerSession*> Workers::Find(const std::string& session) const {
  const auto found = std::find_if(by_worker_.begin(), by_worker_.end(), [&](const auto& worker) {
    return worker.second.session == session;
  });
  if (found != by_worker_.end()) return &found->second;
  if (fenced_.contains(session)) {
    return absl::FailedPreconditionError("a newer session of the same worker replaced this one");
  }
  return absl::NotFoundError("the session is older than the server; register again");
}

void Workers::SetConnected(const std::string& session, bool connected) {
  for (auto& [worker_id, worker] : by_worker_) {
    if (worker.session == session) worker.connected = connected;
  }
}

std::vector<WorkerSession> Workers::Connected() const {
  std::vector<WorkerSession> connected;
  for (const auto& [worker_id, worker] : by_worker_) {
    if (worker.connected) connected.push_back(worker);
  }
  return connected;
}

bool Workers::IsConnected(const std::string& worker_id) const {
  const auto found = by_worker_.find(worker_id);
  return found != by_worker_.end() && found->second.connected;
}

}  // namespace geometer::server
