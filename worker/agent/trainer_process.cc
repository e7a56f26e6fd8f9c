#include "worker/agent/trainer_process.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "proto/contract/delimited.h"
#include "worker/agent/log_lines.h"

namespace geometer::worker {
namespace {

// After it hung up, a trainer has this long to end by itself: a crash may still be dumping core.
constexpr std::chrono::seconds kExitGrace(5);
// A trainer that reads nothing for this long is stuck; it must not hold up its worker.
constexpr timeval kSendTimeout = {.tv_sec = 1, .tv_usec = 0};

absl::Status ReadReports(int socket, TrainerListener& listener) {
  contract::DelimitedReader reader(socket);
  v1::TrainerReport report;
  while (true) {
    const absl::StatusOr<bool> read = reader.Next(report);
    if (!read.ok()) return read.status();
    if (!*read) return absl::OkStatus();
    listener.OnReport(std::move(report));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrainerProcess>> TrainerProcess::Start(const ProcessOptions& options,
                                                                      TrainerListener& listener) {
  auto process = ChildProcess::Spawn(options);
  if (!process.ok()) return process.status();
  setsockopt((*process)->socket(), SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof kSendTimeout);
  return std::unique_ptr<TrainerProcess>(new TrainerProcess(*std::move(process), listener));
}

TrainerProcess::TrainerProcess(std::unique_ptr<ChildProcess> process, TrainerListener& listener)
    : process_(std::move(process)),
      listener_(listener),
      output_([this] { ListenToOutput(); }),
      reports_([this] { ListenToReports(); }) {}

TrainerProcess::~TrainerProcess() {
  Kill();
  reports_.join();
}

absl::Status TrainerProcess::Send(const v1::TrainerCommand& command) {
  MutexLock lock(mutex_);
  return contract::WriteDelimited(process_->socket(), command);
}

void TrainerProcess::ListenToReports() {
  const absl::Status reports = ReadReports(process_->socket(), listener_);
  if (!reports.ok()) Kill();
  const ExitStatus exit = process_->Reap(kExitGrace);
  output_.join();
  listener_.OnExit(exit, reports);
}

void TrainerProcess::ListenToOutput() {
  LineSplitter splitter;
  std::array<char, 64 << 10> buffer;
  while (true) {
    const ssize_t got = read(process_->output(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    listener_.OnOutput(splitter.Add({buffer.data(), static_cast<size_t>(got)}));
  }
  listener_.OnOutput(splitter.Finish());
}

}  // namespace geometer::worker
