#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "geometer/v1/trainer.pb.h"
#include "proto/concurrency/mutex.h"
#include "worker/agent/process.h"

namespace geometer::worker {

// Hears what a trainer does, on two threads: one calls OnReport and OnExit, one OnOutput.
class TrainerListener {
 public:
  virtual ~TrainerListener() = default;

  // The trainer is held up until this returns.
  virtual void OnReport(v1::TrainerReport report) = 0;
  // Lines that the trainer printed.
  virtual void OnOutput(std::vector<std::string> lines) = 0;
  // The process has ended: the last call of all. `reports`: how its reports ended; DATA_LOSS when
  // it was killed because it sent something else.
  virtual void OnExit(const ExitStatus& exit, const absl::Status& reports) = 0;
};

// A running `geometer-trainer serve`: the process and the two threads that listen to it.
class TrainerProcess {
 public:
  // Spawns it; see ChildProcess::Spawn. `listener` is borrowed.
  static absl::StatusOr<std::unique_ptr<TrainerProcess>> Start(const ProcessOptions& options,
                                                               TrainerListener& listener);
  // Kills it and waits for OnExit to return. Not to be called from a listener.
  ~TrainerProcess();

  // An error means that the trainer is gone or stuck: OnExit follows, or the hang is noticed.
  // Thread-safe.
  absl::Status Send(const v1::TrainerCommand& command) EXCLUDES(mutex_);
  // Thread-safe.
  void Kill() { process_->Kill(); }
  size_t ResidentBytes() const { return process_->ResidentBytes(); }

 private:
  TrainerProcess(std::unique_ptr<ChildProcess> process, TrainerListener& listener);
  void ListenToReports();
  void ListenToOutput();

  const std::unique_ptr<ChildProcess> process_;
  TrainerListener& listener_;
  Mutex mutex_;  // held while a command is written
  std::thread output_;
  std::thread reports_;
};

}  // namespace geometer::worker
