#pragma once

#include <grpcpp/channel.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "geometer/v1/worker_service.pb.h"
#include "worker/agent/data_folder.h"
#include "worker/agent/executor.h"
#include "worker/agent/metrics.h"
#include "worker/agent/outbox.h"
#include "worker/agent/parent_fetch.h"
#include "worker/agent/session.h"
#include "worker/agent/slot.h"

namespace geometer::worker {

struct AgentOptions {
  v1::RegisterRequest description;  // one slot is made for each that it announces
  SlotOptions slot;                 // of all of them; their indices are the agent's own
  std::filesystem::path data_sets;  // holds one folder per data set, and that of artifacts
  std::function<void()> on_ready;   // once: registered, and every trainer is warm
  // When leaving: trainers that have not saved themselves by `stop_after` are killed, and records
  // that the server has not taken by `leave_after` stay in their spools for the next start.
  std::chrono::milliseconds stop_after = std::chrono::seconds(6);
  std::chrono::milliseconds leave_after = std::chrono::seconds(8);
};

// The daemon of one machine: takes attempts from the server, runs them in its slots, and sends what
// they report.
//
// Decides everything on the thread that calls Run, which also spawns the trainers and must
// therefore live as long as they do.
class Agent {
 public:
  // Borrows `folder` and `metrics`.
  Agent(AgentOptions options, const DataFolder& folder,
        const std::shared_ptr<grpc::Channel>& channel, Metrics& metrics);

  // Works until Drain has done its part (OK), or the server refuses this worker or has a newer
  // session of it (its status). To be called once; trainers live until the destructor.
  absl::Status Run();

  // Takes no more attempts, has the running ones save themselves, sends what there is, and ends
  // Run: within `leave_after`. Thread-safe.
  void Drain();

 private:
  // An attempt whose parents' weights are on their way, one after another. Its slot is kept for it.
  struct Waiting {
    v1::StartAttempt start;
    std::shared_ptr<Spool> spool;
    Slot& slot;
    std::chrono::steady_clock::time_point began;
    v1::Directive directive = v1::DIRECTIVE_UNSPECIFIED;  // cancel or abandon
    std::unique_ptr<ParentFetch> fetch = {};
  };

  v1::LeaseRequest OnOffer(const v1::Offer& offer);
  absl::Status Accept(const v1::Offer& offer, Slot& slot);
  bool IsFree(const Slot& slot) const;
  void FetchNext(int64_t attempt_id);
  void EndWait(int64_t attempt_id, const absl::Status& status);
  void OnReceipt(const v1::AttemptReceipt& receipt);
  void OnChanged();
  void Tick();
  void Leave();
  void Advance();
  void End(const absl::Status& status);

  const AgentOptions options_;
  const std::filesystem::path artifacts_;  // where parents' weights belong
  Metrics& metrics_;
  const DataFolder& folder_;
  Executor executor_;
  Outbox outbox_;
  std::vector<std::unique_ptr<Slot>> slots_;
  const std::unique_ptr<v1::ResultService::Stub> results_;
  std::map<int64_t, Waiting> waiting_;  // by attempt id
  Session session_;
  std::atomic<bool> change_posted_ = false;
  bool announced_ = false;  // on_ready was called
  bool leaving_ = false;
  absl::Status end_;
};

}  // namespace geometer::worker
