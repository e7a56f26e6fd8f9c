#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/concurrency/mutex.h"
#include "worker/agent/descriptor.h"

namespace geometer::worker {

struct ProcessOptions {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // without the program's name
  std::vector<std::string> environment;  // "NAME=value", instead of this process's value
};

// How a process ended: by itself, or by a signal (0: none).
struct ExitStatus {
  int code = 0;
  int signal = 0;

  // "exit code 3" or "signal SIGSEGV".
  std::string ToString() const;
};

// A child process that talks over a socket and whose output is captured.
//
// The child gets the socket as descriptor kChildSocket, /dev/null as standard input, a pipe as
// standard output and error, and no other descriptor; no signal is blocked or ignored; it leads a
// process group, so that a Ctrl-C meant for the worker does not reach it.
class ChildProcess {
 public:
  static constexpr int kChildSocket = 3;

  // To be called by a thread that lives as long as the child should; see Executor. UNAVAILABLE and
  // the like: the program can't be started.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Spawn(const ProcessOptions& options);
  // Kills and reaps.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int socket() const { return socket_.get(); }
  int output() const { return output_.get(); }  // to read from

  // Bytes of memory it holds; 0 once it has ended.
  size_t ResidentBytes() const;

  // Ends it and its descendants by SIGKILL. Nothing happens once it was reaped. Thread-safe.
  void Kill() EXCLUDES(mutex_);
  // Waits for its end at most for `grace`, then kills; kills what it left behind. To be called
  // once.
  ExitStatus Reap(std::chrono::milliseconds grace) EXCLUDES(mutex_);

 private:
  ChildProcess(pid_t pid, Descriptor socket, Descriptor output);

  const pid_t pid_;
  const Descriptor exited_;  // readable once the process has ended
  const Descriptor socket_;
  const Descriptor output_;
  Mutex mutex_;
  bool reaped_ GUARDED_BY(mutex_) = false;
};

}  // namespace geometer::worker
