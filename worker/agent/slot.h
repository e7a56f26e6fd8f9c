#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "geometer/v1/trainer.pb.h"
#include "geometer/v1/worker_service.pb.h"
#include "proto/concurrency/mutex.h"
#include "worker/agent/backoff.h"
#include "worker/agent/executor.h"
#include "worker/agent/log_lines.h"
#include "worker/agent/spool.h"
#include "worker/agent/trainer_process.h"

namespace geometer::worker {

// Why a trainer was replaced.
enum class Replacement { kCrashed, kHung, kFailed, kGrown, kAbandoned, kDevice };
const char* Name(Replacement reason);

struct SlotOptions {
  uint32_t index = 0;
  ProcessOptions trainer;              // its arguments are the slot's own
  v1::Device device = v1::DEVICE_CPU;  // to be warm for; another one takes a new trainer
  std::chrono::milliseconds hang_timeout = std::chrono::minutes(10);
  size_t max_idle_bytes = size_t{4} << 30;  // a trainer that holds more after an attempt goes
};

// What a slot tells. Called from any thread; must not block or call the slot.
struct SlotEvents {
  std::function<void()> changed;               // it became ready, or an attempt has a new record
  std::function<void(Replacement)> replacing;  // a trainer is about to be replaced
};

// A place where one attempt at a time runs, on a trainer process that is kept warm.
//
//   starting ──TrainerReady──▶ ready ──Start──▶ running ──Finish──▶ ready
//      ▲                                           │
//      └────── exit: crash, hang, growth ◀─────────┘
//
// What the trainer reports goes into the attempt's spool on the listener's thread, which holds up
// this trainer and nobody else. An attempt whose trainer ends gets its Finish from the slot. The
// public methods are for the executor's thread.
class Slot final : private TrainerListener {
 public:
  // Starts a trainer once the executor runs.
  Slot(SlotOptions options, SlotEvents events, Executor& executor);
  // Kills the trainer. The executor must have stopped, and still exist.
  ~Slot() override;

  bool ready() const EXCLUDES(mutex_);  // the trainer is warm
  bool free() const EXCLUDES(mutex_);   // no attempt is assigned
  // The attempt's progress as of `now`. While the trainer is silent, at work on its data or one
  // long measurement, its time goes on: the worker alone judges hangs. Nothing once no trainer
  // could be had for the hang timeout.
  std::optional<v1::AttemptProgress> progress(std::chrono::steady_clock::time_point now) const
      EXCLUDES(mutex_);

  // Runs an attempt, at once or when a trainer for its device is ready. Only on a free slot.
  void Start(v1::StartAttempt start, std::shared_ptr<Spool> spool) EXCLUDES(mutex_);
  // Does nothing unless `attempt_id` runs here. Abandon kills the trainer, without a Finish.
  void Obey(int64_t attempt_id, v1::Directive directive) EXCLUDES(mutex_);

  // Kills a trainer that has given no sign of life for the hang timeout.
  void CheckForHang(std::chrono::steady_clock::time_point now) EXCLUDES(mutex_);

  // The worker is leaving: Preempt asks the attempt to save itself, Stop kills the trainer. The
  // attempt ends as PREEMPTED both ways; no trainer is started any more.
  void Preempt() EXCLUDES(mutex_);
  void Stop() EXCLUDES(mutex_);

 private:
  using Clock = std::chrono::steady_clock;

  struct Running {
    v1::StartAttempt start;
    std::shared_ptr<Spool> spool;
    bool sent = false;  // to the trainer; before, what it reports is of an older attempt
    bool cancelled = false;
    v1::Progress progress = {};
    Clock::time_point heard = Clock::now();  // when `progress` was reported, or the attempt began
    absl::Status kept = {};  // an error: a record could not be kept, the trainer is being killed
  };

  // On the trainer's threads.
  void OnReport(v1::TrainerReport report) override EXCLUDES(mutex_);
  void OnOutput(std::vector<std::string> lines) override EXCLUDES(mutex_);
  void OnExit(const ExitStatus& exit, const absl::Status& reports) override EXCLUDES(mutex_);
  void OnReady() EXCLUDES(mutex_);
  void OnFinish(const v1::Finish& finish) EXCLUDES(mutex_);
  void Keep(v1::TrainerReport report) EXCLUDES(mutex_);

  void Spawn() EXCLUDES(mutex_);
  void Send(const v1::TrainerCommand& command) REQUIRES(mutex_);
  void SendStart() REQUIRES(mutex_);
  void Cancel() REQUIRES(mutex_);
  void Replace(Replacement reason) REQUIRES(mutex_);
  void TrainerEnded(const std::string& how) REQUIRES(mutex_);
  v1::Finish FinishOf(const std::string& how) const REQUIRES(mutex_);
  void End(const v1::Finish& finish) REQUIRES(mutex_);
  bool Runs(int64_t attempt_id) const REQUIRES(mutex_);

  const SlotOptions options_;
  const SlotEvents events_;
  Executor& executor_;
  LineLimit line_limit_;  // of the thread that listens to output

  mutable Mutex mutex_;
  v1::Device device_ GUARDED_BY(mutex_);  // of the trainer, or of the next one
  Backoff backoff_ GUARDED_BY(mutex_);    // between trainers that die before they are ready
  std::unique_ptr<TrainerProcess> trainer_ GUARDED_BY(mutex_);
  bool ready_ GUARDED_BY(mutex_) = false;
  bool leaving_ GUARDED_BY(mutex_) = false;
  std::optional<Replacement> replacement_ GUARDED_BY(mutex_);  // why the trainer is being killed
  Clock::time_point last_sign_ GUARDED_BY(mutex_);             // of life
  std::optional<Running> running_ GUARDED_BY(mutex_);
};

}  // namespace geometer::worker
