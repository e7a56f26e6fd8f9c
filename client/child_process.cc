#include "client/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace geometer::client {
namespace {

struct Streams {
  int in;
  int out;
  int err;
};

std::vector<char*> ForExec(const std::vector<std::string>& arguments) {
  std::vector<char*> result;
  for (const std::string& argument : arguments)
    result.push_back(const_cast<char*>(argument.c_str()));
  result.push_back(nullptr);
  return result;
}

// The child's part of Spawn: nothing here may allocate. Writes errno to `report` where it fails.
[[noreturn]] void BecomeProgram(char* const* arguments, const Streams& streams, int report,
                                pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);  // it died before the line above
  if (dup2(streams.in, 0) >= 0 && dup2(streams.out, 1) >= 0 && dup2(streams.err, 2) >= 0) {
    execvp(arguments[0], arguments);
  }
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(report, &error, sizeof error);
  _exit(127);
}

// Starts a program, or says why it can't be started.
absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& arguments, const Streams& streams) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  const Descriptor report_read(report[0]);
  const std::vector<char*> argv = ForExec(arguments);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) BecomeProgram(argv.data(), streams, report[1], parent);
  const int fork_error = errno;
  ::close(report[1]);
  if (pid < 0) return absl::ErrnoToStatus(fork_error, "fork");
  int error = 0;
  if (read(report_read.fd(), &error, sizeof error) == 0) return pid;  // closed by a successful exec
  waitpid(pid, nullptr, 0);
  return absl::ErrnoToStatus(error, absl::StrCat("cannot run ", arguments[0]));
}

std::string ReadAll(const Descriptor& file) {
  struct stat information = {};
  fstat(file.fd(), &information);
  std::string content(information.st_size, '\0');
  const ssize_t size = pread(file.fd(), content.data(), content.size(), 0);
  content.resize(size > 0 ? size : 0);
  return content;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::string WaitStatusText(int wait_status) {
  if (!WIFSIGNALED(wait_status)) return absl::StrCat("exit code ", WEXITSTATUS(wait_status));
  const int signal = WTERMSIG(wait_status);
  return absl::StrCat("killed by signal ", signal, " (", strsignal(signal), ")");
}

std::filesystem::path ProgramFolder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

absl::StatusOr<ChildProcess> ChildProcess::Start(const std::vector<std::string>& arguments,
                                                 const std::string& log_path) {
  const Descriptor log(open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (log.fd() < 0) return absl::ErrnoToStatus(errno, log_path);
  const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  // A file in memory rather than a pipe: nobody has to read it.
  Descriptor output(memfd_create("output", MFD_CLOEXEC));
  const auto pid = Spawn(arguments, {nothing.fd(), output.fd(), log.fd()});
  if (!pid.ok()) return pid.status();
  return ChildProcess(*pid, std::move(output));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      output_(std::move(other.output_)),
      wait_status_(other.wait_status_) {}

ChildProcess::~ChildProcess() {
  if (pid_ == 0 || Poll()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<int> ChildProcess::Poll() {
  int status = 0;
  if (!wait_status_ && waitpid(pid_, &status, WNOHANG) == pid_) wait_status_ = status;
  return wait_status_;
}

std::string ChildProcess::Output() const { return ReadAll(output_); }

void ChildProcess::Signal(int signal) {
  if (!Poll()) kill(pid_, signal);
}

absl::StatusOr<ProgramOutput> RunProgram(const std::vector<std::string>& arguments,
                                         const std::string& input) {
  // Files in memory rather than pipes: nothing can block or raise SIGPIPE.
  const Descriptor in(memfd_create("in", MFD_CLOEXEC));
  const Descriptor out(memfd_create("out", MFD_CLOEXEC));
  const Descriptor err(memfd_create("err", MFD_CLOEXEC));
  if (pwrite(in.fd(), input.data(), input.size(), 0) != static_cast<ssize_t>(input.size())) {
    return absl::ErrnoToStatus(errno, "memfd");
  }
  const auto pid = Spawn(arguments, {in.fd(), out.fd(), err.fd()});
  if (!pid.ok()) return pid.status();
  ProgramOutput output;
  waitpid(*pid, &output.wait_status, 0);
  output.out = ReadAll(out);
  output.err = ReadAll(err);
  return output;
}

}  // namespace geometer::client
