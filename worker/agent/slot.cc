#include "worker/agent/slot.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/agent/finish.h"
#include "worker/agent/relay.h"

namespace geometer::worker {
namespace {

constexpr std::chrono::milliseconds kFirstRestartDelay(100);
constexpr std::chrono::milliseconds kLongestRestartDelay(30'000);

}  // namespace

const char* Name(Replacement reason) {
  switch (reason) {
    case Replacement::kCrashed:
      return "crashed";
    case Replacement::kHung:
      return "hung";
    case Replacement::kFailed:
      return "failed";
    case Replacement::kGrown:
      return "grown";
    case Replacement::kAbandoned:
      return "abandoned";
    case Replacement::kDevice:
      return "device";
  }
  return "";
}

Slot::Slot(SlotOptions options, SlotEvents events, Executor& executor)
    : options_(std::move(options)),
      events_(std::move(events)),
      executor_(executor),
      device_(options_.device),
      backoff_(kFirstRestartDelay, kLongestRestartDelay) {
  executor_.Post([this] { Spawn(); });
}

Slot::~Slot() {
  std::unique_ptr<TrainerProcess> trainer;
  {
    MutexLock lock(mutex_);
    leaving_ = true;
    trainer = std::move(trainer_);
  }
}

bool Slot::ready() const {
  MutexLock lock(mutex_);
  return ready_;
}

bool Slot::free() const {
  MutexLock lock(mutex_);
  return !running_ && !leaving_;
}

std::optional<v1::AttemptProgress> Slot::progress(Clock::time_point now) const {
  MutexLock lock(mutex_);
  if (!running_) return std::nullopt;
  const Clock::duration silence = now - running_->heard;
  // While it waits for a trainer, CheckForHang judges only the trainers.
  if (!running_->sent && silence > options_.hang_timeout) return std::nullopt;
  v1::AttemptProgress attempt;
  attempt.set_attempt_id(running_->spool->attempt_id());
  v1::Progress& progress = *attempt.mutable_progress();
  progress = running_->progress;
  progress.set_elapsed_seconds(progress.elapsed_seconds() +
                               std::chrono::duration<double>(silence).count());
  return attempt;
}

bool Slot::Runs(int64_t attempt_id) const {
  return running_ && running_->spool->attempt_id() == attempt_id;
}

// ---- The trainer's life

void Slot::Spawn() {
  std::unique_ptr<TrainerProcess> ended;  // joined without the lock, which its threads may want
  {
    MutexLock lock(mutex_);
    ended = std::move(trainer_);
  }
  ended.reset();
  MutexLock lock(mutex_);
  if (leaving_) return;
  replacement_.reset();
  last_sign_ = Clock::now();
  ProcessOptions serve = options_.trainer;
  serve.arguments = {"serve", "--fd", absl::StrCat(ChildProcess::kChildSocket), "--device",
                     device_ == v1::DEVICE_CUDA ? "cuda" : "cpu"};
  auto trainer = TrainerProcess::Start(serve, *this);
  if (!trainer.ok()) return TrainerEnded(std::string(trainer.status().message()));
  trainer_ = *std::move(trainer);
}

void Slot::Replace(Replacement reason) {
  replacement_ = reason;
  if (trainer_) trainer_->Kill();
}

void Slot::OnExit(const ExitStatus& exit, const absl::Status& reports) {
  std::string how = exit.ToString();
  if (!reports.ok()) absl::StrAppend(&how, "; its reports: ", reports.message());
  MutexLock lock(mutex_);
  TrainerEnded(how);
}

void Slot::TrainerEnded(const std::string& how) {
  const bool was_ready = std::exchange(ready_, false);
  // An attempt that still waits for a trainer waits for the next one, unless none can start.
  if (running_ && (running_->sent || !(was_ready || replacement_))) End(FinishOf(how));
  if (leaving_) return;
  const Replacement reason = replacement_.value_or(Replacement::kCrashed);
  spdlog::warn("slot {}: trainer {}: {}; starting another", options_.index, Name(reason), how);
  events_.replacing(reason);
  const auto delay = was_ready ? std::chrono::milliseconds(0) : backoff_.Next();
  executor_.PostAfter(delay, [this] { Spawn(); });
}

v1::Finish Slot::FinishOf(const std::string& how) const {
  v1::Finish finish = Failed(v1::FAILURE_REASON_CRASHED, "the trainer ended: " + how);
  if (leaving_) {
    finish = Preempted();
  } else if (replacement_ == Replacement::kHung) {
    finish = Failed(v1::FAILURE_REASON_HUNG, "the trainer gave no sign of life and was killed");
  } else if (!running_->kept.ok()) {
    finish = Failed(v1::FAILURE_REASON_INTERNAL,
                    absl::StrCat("a record was not kept: ", running_->kept.ToString()));
  }
  finish.set_step(running_->progress.step());
  return finish;
}

void Slot::CheckForHang(Clock::time_point now) {
  MutexLock lock(mutex_);
  const bool busy = (running_ && running_->sent) || !ready_;
  if (!trainer_ || replacement_ || !busy || now - last_sign_ < options_.hang_timeout) return;
  Replace(Replacement::kHung);
}

// ---- What the trainer is told

void Slot::Send(const v1::TrainerCommand& command) {
  if (!trainer_) return;
  const absl::Status sent = trainer_->Send(command);
  if (!sent.ok()) spdlog::warn("slot {}: {}", options_.index, sent.ToString());
}

void Slot::Start(v1::StartAttempt start, std::shared_ptr<Spool> spool) {
  MutexLock lock(mutex_);
  const v1::Device device = start.spec().resources().device();
  running_ = Running{std::move(start), std::move(spool)};
  if (std::exchange(device_, device) != device) {
    Replace(Replacement::kDevice);
  } else if (ready_ && !replacement_) {
    SendStart();
  }
}

void Slot::SendStart() {
  v1::TrainerCommand command;
  *command.mutable_start() = running_->start;
  running_->sent = true;
  last_sign_ = Clock::now();
  Send(command);
}

void Slot::Cancel() {
  if (!running_->sent) return End(CancelledUnbegun());
  if (std::exchange(running_->cancelled, true)) return;
  v1::TrainerCommand command;
  command.mutable_cancel();
  Send(command);
}

void Slot::Obey(int64_t attempt_id, v1::Directive directive) {
  MutexLock lock(mutex_);
  if (!Runs(attempt_id)) return;
  if (directive == v1::DIRECTIVE_CANCEL) Cancel();
  if (directive == v1::DIRECTIVE_CHECKPOINT && running_->sent) {
    v1::TrainerCommand command;
    command.mutable_checkpoint();
    Send(command);
  }
  if (directive == v1::DIRECTIVE_ABANDON) {
    if (running_->sent) Replace(Replacement::kAbandoned);
    running_.reset();
  }
}

void Slot::Preempt() {
  MutexLock lock(mutex_);
  leaving_ = true;
  if (!running_) return;
  if (!running_->sent) return End(Preempted());
  v1::TrainerCommand command;
  command.mutable_preempt();
  Send(command);
}

void Slot::Stop() {
  MutexLock lock(mutex_);
  leaving_ = true;
  if (trainer_) trainer_->Kill();
}

// ---- What the trainer tells

void Slot::OnReport(v1::TrainerReport report) {
  if (report.has_ready()) return OnReady();
  if (report.has_finish()) return OnFinish(report.finish());
  Keep(std::move(report));
}

void Slot::OnReady() {
  MutexLock lock(mutex_);
  ready_ = true;
  backoff_.Reset();
  if (running_ && !running_->sent && !replacement_) SendStart();
  events_.changed();
}

void Slot::Keep(v1::TrainerReport report) {
  std::shared_ptr<Spool> spool;
  std::string directory;
  {
    MutexLock lock(mutex_);
    last_sign_ = Clock::now();
    if (!running_ || !running_->sent) return;
    if (report.has_progress()) {
      running_->progress = report.progress();
      running_->heard = last_sign_;
    }
    spool = running_->spool;
    directory = running_->start.directory();
  }
  const absl::Status kept = Relay(std::move(report), directory, *spool);
  events_.changed();
  MutexLock lock(mutex_);
  if (kept.ok() || !Runs(spool->attempt_id())) return;
  running_->kept = kept;
  Replace(Replacement::kFailed);
}

void Slot::OnFinish(const v1::Finish& finish) {
  MutexLock lock(mutex_);
  if (!running_ || !running_->sent) return;
  End(finish);
  if (LeavesHarm(finish)) {
    Replace(Replacement::kFailed);
  } else if (trainer_ && trainer_->ResidentBytes() > options_.max_idle_bytes) {
    Replace(Replacement::kGrown);
  }
}

void Slot::End(const v1::Finish& finish) {
  v1::Record record;
  *record.mutable_finish() = finish;
  const absl::Status kept = running_->spool->Append(std::move(record));
  if (!kept.ok())
    spdlog::error("slot {}: an attempt's end is lost: {}", options_.index, kept.ToString());
  running_.reset();
  events_.changed();
}

void Slot::OnOutput(std::vector<std::string> lines) {
  lines = line_limit_.Admit(std::move(lines), Clock::now());
  if (lines.empty()) return;
  std::shared_ptr<Spool> spool;
  {
    MutexLock lock(mutex_);
    if (running_ && running_->sent) spool = running_->spool;
  }
  if (spool == nullptr) {
    for (const std::string& line : lines) spdlog::info("slot {}: {}", options_.index, line);
  } else if (AppendLines(std::move(lines), *spool).ok()) {
    events_.changed();
  }
}

}  // namespace geometer::worker
