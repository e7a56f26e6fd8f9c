#include "client/local_service.h"

#include <signal.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <functional>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/atomic_file.h"
#include "client/child_process.h"
#include "client/connection.h"
#include "client/rendering/text.h"

namespace geometer::client {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kPollInterval(50);
constexpr std::chrono::seconds kStartLimit(60);
constexpr std::chrono::seconds kStopLimit(20);  // the server drains for 10 s at most
constexpr size_t kLogLines = 10;

// The signals that end the service, and SIGCHLD: blocked from construction on, in all threads that
// start later.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&set_, signal);
    sigprocmask(SIG_BLOCK, &set_, nullptr);
  }

  // Waits for one of them. True when it asks for the end; false after `limit` or a child's end.
  bool WaitForEnd(milliseconds limit) const {
    const timespec time = {limit.count() / 1000, limit.count() % 1000 * 1'000'000};
    const int signal = sigtimedwait(&set_, nullptr, &time);
    return signal > 0 && signal != SIGCHLD;
  }

 private:
  sigset_t set_;
};

// The last lines of a log, for the terminal.
std::string Tail(const std::filesystem::path& log) {
  std::ifstream file(log);
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(absl::StrCat("  ", Printable(line)));
    if (lines.size() > kLogLines) lines.pop_front();
  }
  return absl::StrJoin(lines, "\n");
}

// The text between two others; nothing until both are there.
std::optional<std::string> Between(const std::string& text, const std::string& before,
                                   const std::string& after) {
  const size_t start = text.find(before);
  if (start == std::string::npos) return std::nullopt;
  const size_t end = text.find(after, start + before.size());
  if (end == std::string::npos) return std::nullopt;
  return text.substr(start + before.size(), end - start - before.size());
}

class LocalService {
 public:
  LocalService(const LocalServiceOptions& options, Console& console)
      : options_(options), console_(console) {}

  absl::Status Run() {
    absl::Status status = Start();
    while (status.ok() && !ending_) status = Tick(std::chrono::hours(1));
    std::error_code ignored;
    if (!options_.ready_file.empty()) std::filesystem::remove(options_.ready_file, ignored);
    if (ending_) console_.out << "Stopping; again to stop at once." << std::endl;
    Stop(worker_);
    Stop(server_);
    return status;
  }

 private:
  std::filesystem::path Log(const char* name) const {
    return options_.data / absl::StrCat(name, ".log");
  }

  // Starts a program with its own folder for data.
  absl::Status StartProgram(const char* name, std::vector<std::string> flags,
                            std::optional<ChildProcess>& child) {
    std::error_code error;
    std::filesystem::create_directories(options_.data / name, error);
    if (error) return absl::UnavailableError(options_.data.string() + ": " + error.message());
    const std::string program = options_.programs / absl::StrCat("geometer-", name);
    flags.insert(flags.begin(), {program, "--data", options_.data / name});
    auto started = ChildProcess::Start(flags, Log(name));
    if (!started.ok()) return started.status();
    child.emplace(std::move(*started));
    return absl::OkStatus();
  }

  // Waits until something happens, at most for `limit`; an error when a child has died.
  absl::Status Tick(milliseconds limit) {
    ending_ = signals_.WaitForEnd(limit);
    if (ending_) return absl::OkStatus();
    for (const auto& [name, child] :
         {std::pair("server", &server_), std::pair("worker", &worker_)}) {
      const std::optional<int> ended = *child ? (*child)->Poll() : std::nullopt;
      if (!ended) continue;
      return absl::AbortedError(absl::StrCat("the ", name, " has ended (", WaitStatusText(*ended),
                                             "); the end of ", Log(name).string(), ":\n",
                                             (*child)->Output(), Tail(Log(name))));
    }
    return absl::OkStatus();
  }

  // Waits until `done`, or the end is asked for.
  absl::Status WaitUntil(const char* what, const std::function<bool()>& done) {
    const auto deadline = Clock::now() + kStartLimit;
    absl::Status status;
    while (status.ok() && !ending_ && !done()) {
      if (Clock::now() > deadline) {
        return absl::DeadlineExceededError(
            absl::StrCat("the ", what, " did not get ready; see ", Log(what).string()));
      }
      status = Tick(kPollInterval);
    }
    return status;
  }

  absl::Status Start() {
    std::vector<std::string> flags = {"--listen", options_.listen};
    if (!options_.http.empty()) flags.insert(flags.end(), {"--http", options_.http});
    absl::Status status = StartProgram("server", std::move(flags), server_);
    if (status.ok()) status = WaitUntil("server", [this] { return HasAddress(); });
    if (!status.ok() || ending_) return status;
    flags = {"--server", address_};
    if (options_.slots) flags.insert(flags.end(), {"--slots", absl::StrCat(*options_.slots)});
    status = StartProgram("worker", std::move(flags), worker_);
    Connection connection(address_);
    if (status.ok()) status = WaitUntil("worker", [&] { return HasWorker(connection); });
    if (!status.ok() || ending_) return status;
    return Announce();
  }

  // The server tells the ports that it bound: only then is the address known, and known to be its.
  bool HasAddress() {
    const auto address = Between(server_->Output(), "listening on ", ",");
    const auto http = Between(server_->Output(), "metrics on ", "\n");
    if (!address || !http) return false;
    address_ = *address;
    http_ = *http;
    return true;
  }

  bool HasWorker(Connection& connection) {
    const auto response =
        connection.Call(&v1::JobService::Stub::ListWorkers, v1::ListWorkersRequest());
    if (!response.ok() || response->workers().empty()) return false;
    slots_ = response->workers(0).slots();
    return true;
  }

  absl::Status Announce() {
    if (!options_.ready_file.empty()) {
      AtomicFile file(options_.ready_file);
      file.Write(address_ + "\n");
      if (absl::Status written = file.Commit(); !written.ok()) return written;
    }
    const Style& style = console_.style;
    console_.out << style.Paint(Tone::kStrong, "Geometer is up") << "\n"
                 << "  server   " << address_ << "\n"
                 << "  metrics  http://" << http_ << "/metrics\n"
                 << "  worker   " << slots_ << (slots_ == 1 ? " slot\n" : " slots\n")
                 << "  data     " << options_.data.string() << "  (logs: server.log, worker.log)\n"
                 << "Next, in another shell: " << SubmitHint() << "\n"
                 << "Ctrl-C stops both; jobs go on from their last checkpoint at the next start.\n"
                 << "ready" << std::endl;
    return absl::OkStatus();
  }

  std::string SubmitHint() const {
    const bool is_default = address_ == LocalServiceOptions().listen;
    return absl::StrCat("geometer ", is_default ? "" : absl::StrCat("--server ", address_, " "),
                        "submit job.yaml --watch");
  }

  // Ends a child: politely, then, after kStopLimit or at a second signal, by killing it.
  void Stop(std::optional<ChildProcess>& child) {
    if (!child) return;
    child->Signal(SIGTERM);
    const auto deadline = Clock::now() + kStopLimit;
    bool impatient = false;
    while (!child->Poll() && !impatient && Clock::now() < deadline) {
      impatient = signals_.WaitForEnd(kPollInterval);
    }
    child.reset();
  }

  const LocalServiceOptions& options_;
  Console& console_;
  const Signals signals_;
  std::optional<ChildProcess> server_;
  std::optional<ChildProcess> worker_;
  std::string address_;
  std::string http_;
  uint32_t slots_ = 0;
  bool ending_ = false;
};

}  // namespace

absl::Status RunLocalService(const LocalServiceOptions& options, Console& console) {
  return LocalService(options, console).Run();
}

}  // namespace geometer::client
