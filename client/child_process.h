#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace geometer::client {

// How a process ended: "exit code 3", "killed by signal 9 (Killed)".
std::string WaitStatusText(int wait_status);

// Folder of this program; the other programs are installed there too.
std::filesystem::path ProgramFolder();

// A file descriptor that closes itself; negative: none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  int fd() const { return fd_; }

 private:
  int fd_;
};

// A program in the background that never outlives this process.
//
// It has a process group of its own, so that Ctrl-C at the terminal reaches this process alone,
// which then ends its children in order. The kernel sends it SIGTERM when this process dies,
// however that happens; since that signal goes by threads, only the main thread may start children.
// Not thread-safe.
class ChildProcess {
 public:
  // Starts `arguments[0]`, a path, with all signals unblocked and standard error appended to the
  // file `log_path`. NOT_FOUND when there is no such program.
  static absl::StatusOr<ChildProcess> Start(const std::vector<std::string>& arguments,
                                            const std::string& log_path);

  // Kills the child if it still runs, and waits for it.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  pid_t pid() const { return pid_; }

  // Its wait status if it has ended.
  std::optional<int> Poll();

  // All that it has printed to standard output so far.
  std::string Output() const;

  // Sends `signal` unless it has ended.
  void Signal(int signal);

 private:
  ChildProcess(pid_t pid, Descriptor output) : pid_(pid), output_(std::move(output)) {}

  pid_t pid_;
  Descriptor output_;
  std::optional<int> wait_status_;
};

// What a program that ran to its end left.
struct ProgramOutput {
  int wait_status = 0;
  std::string out;
  std::string err;
};

// Runs `arguments[0]`, found along PATH, with `input` on its standard input, and waits for its end.
// NOT_FOUND when there is no such program.
absl::StatusOr<ProgramOutput> RunProgram(const std::vector<std::string>& arguments,
                                         const std::string& input);

}  // namespace geometer::client
