#include "worker/agent/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::worker {
namespace {

using Strings = std::vector<std::string>;

std::vector<char*> NullTerminated(Strings& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view NameOf(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

// The environment of this process, where `options` has no other value.
Strings Environment(const ProcessOptions& options) {
  Strings all = options.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const bool replaced = std::ranges::any_of(
        options.environment,
        [&](const std::string& variable) { return NameOf(variable) == NameOf(*entry); });
    if (!replaced) all.emplace_back(*entry);
  }
  return all;
}

// What the child does between its birth and its program.
class ChildSetUp {
 public:
  ChildSetUp(int socket, int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, socket, ChildProcess::kChildSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, ChildProcess::kChildSocket + 1);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
  }
  ~ChildSetUp() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  ChildSetUp(const ChildSetUp&) = delete;
  ChildSetUp& operator=(const ChildSetUp&) = delete;

  absl::StatusOr<pid_t> Spawn(const ProcessOptions& options) const {
    Strings arguments = {options.program.native()};
    arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
    Strings environment = Environment(options);
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, options.program.c_str(), &actions_, &attributes_,
                    NullTerminated(arguments).data(), NullTerminated(environment).data());
    if (error != 0) return absl::ErrnoToStatus(error, options.program.native());
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

std::string ExitStatus::ToString() const {
  if (signal == 0) return absl::StrCat("exit code ", code);
  const char* name = sigabbrev_np(signal);
  if (name == nullptr) return absl::StrCat("signal ", signal);
  return absl::StrCat("signal SIG", name);
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Spawn(const ProcessOptions& options) {
  int sockets[2], pipes[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    return absl::ErrnoToStatus(errno, "making a socket pair");
  }
  Descriptor socket(sockets[0]), child_socket(sockets[1]);
  if (pipe2(pipes, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "making a pipe");
  Descriptor output(pipes[0]), child_output(pipes[1]);
  const auto pid = ChildSetUp(child_socket.get(), child_output.get()).Spawn(options);
  if (!pid.ok()) return pid.status();
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(*pid, std::move(socket), std::move(output)));
}

ChildProcess::ChildProcess(pid_t pid, Descriptor socket, Descriptor output)
    : pid_(pid),
      exited_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))),
      socket_(std::move(socket)),
      output_(std::move(output)) {}

ChildProcess::~ChildProcess() { Reap(std::chrono::milliseconds(0)); }

size_t ChildProcess::ResidentBytes() const {
  std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
  size_t total_pages = 0, resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

void ChildProcess::Kill() {
  MutexLock lock(mutex_);
  if (!reaped_) kill(-pid_, SIGKILL);
}

ExitStatus ChildProcess::Reap(std::chrono::milliseconds grace) {
  pollfd exited = {exited_.get(), POLLIN, 0};
  while (poll(&exited, 1, static_cast<int>(grace.count())) < 0 && errno == EINTR) {
  }
  MutexLock lock(mutex_);
  if (reaped_) return {};
  kill(-pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

}  // namespace geometer::worker
