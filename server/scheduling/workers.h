#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geometer/v1/worker_service.pb.h"

namespace geometer::server {

// A worker's newest session.
struct WorkerSession {
  std::string session;
  v1::RegisterRequest description;
  absl::Time connect_time;
  bool connected = false;  // its lease stream is open: it can be offered attempts
};

// The newest session of each worker since the server started. Not thread-safe.
class Workers {
 public:
  // `new_session` returns a name that was never used and can't be guessed.
  explicit Workers(std::function<std::string()> new_session)
      : new_session_(std::move(new_session)) {}

  // Begins a session; the worker's older one is fenced off. INVALID_ARGUMENT: no id, or no slots.
  absl::StatusOr<std::string> Register(const v1::RegisterRequest& description, absl::Time now);

  // The worker of a session. FAILED_PRECONDITION: it is fenced off; NOT_FOUND: it is of the time
  // before the server started, so its worker must register again. The pointer is valid until the
  // next call that changes this.
  absl::StatusOr<const WorkerSession*> Find(const std::string& session) const;

  // The lease stream of a session opened or closed; nothing for one that is fenced off.
  void SetConnected(const std::string& session, bool connected);

  // By worker id; connected ones only.
  std::vector<WorkerSession> Connected() const;
  bool IsConnected(const std::string& worker_id) const;

 private:
  const std::function<std::string()> new_session_;
  std::map<std::string, WorkerSession> by_worker_;
  std::set<std::string> fenced_;
};

}  // namespace geometer::server
