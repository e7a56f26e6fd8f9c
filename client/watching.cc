#include "client/watching.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/job_stream.h"
#include "client/point_query.h"
#include "client/rendering/job_view.h"
#include "client/rendering/live_screen.h"

namespace geometer::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kFrameInterval = std::chrono::milliseconds(100);
constexpr auto kCurveInterval = std::chrono::seconds(1);
constexpr auto kLineInterval = std::chrono::seconds(1);
constexpr auto kRetryInterval = std::chrono::seconds(1);
constexpr auto kPatience = std::chrono::minutes(1);
constexpr uint32_t kCurvePoints = 60;
constexpr const char* kAway = "The server is away; waiting for it.";

// Wakes the one thread that waits on it.
class Bell {
 public:
  void Ring() {
    MutexLock lock(mutex_);
    rung_ = true;
    condition_.NotifyAll();
  }

  // Returns once it was rung since the last Wait, at the latest at `deadline`.
  void Wait(Clock::time_point deadline) {
    MutexLock lock(mutex_);
    while (!rung_ && condition_.WaitUntil(mutex_, deadline)) {
    }
    rung_ = false;
  }

 private:
  Mutex mutex_;
  CondVar condition_;
  bool rung_ GUARDED_BY(mutex_) = false;
};

// One job that is followed.
struct Followed {
  int64_t id = 0;
  std::unique_ptr<JobStream> stream;
  std::optional<v1::Job> job;
  History history;
  Clock::time_point history_time;         // when `history` was read
  std::optional<Clock::time_point> lost;  // since when the server is away
  Clock::time_point retry;                // when to look for it next
  Clock::time_point printed;
  v1::JobState printed_state = v1::JOB_STATE_UNSPECIFIED;
};

class Watching {
 public:
  Watching(const std::vector<int64_t>& ids, Environment& environment, v1::JobService::Stub& jobs)
      : console_(environment.console), server_(environment.server), jobs_(jobs) {
    for (const int64_t id : ids) followed_.emplace_back().id = id;
  }

  absl::Status Run() {
    for (Followed& one : followed_) Open(one);
    while (!AllEnded()) {
      const auto frame =
          Clock::now() + (console_.terminal ? kFrameInterval : Clock::duration::zero());
      bell_.Wait(Clock::now() + kRetryInterval);
      bool changed = false;
      for (Followed& one : followed_) {
        absl::Status status = Update(one, changed);
        if (!status.ok()) return status;
      }
      if (changed && console_.terminal) DrawView();
      while (console_.terminal && !AllEnded() && Clock::now() < frame) bell_.Wait(frame);
    }
    return Verdict();
  }

 private:
  void Open(Followed& one) {
    one.stream = std::make_unique<JobStream>(jobs_, one.id, [this] { bell_.Ring(); });
  }

  bool AllEnded() const {
    return std::all_of(followed_.begin(), followed_.end(),
                       [](const Followed& one) { return one.job && Ended(one.job->state()); });
  }

  // Takes in what the stream has; an error that waiting won't cure is returned.
  absl::Status Update(Followed& one, bool& changed) {
    if (auto newest = one.stream->TakeNewest()) {
      one.job = std::move(newest);
      one.lost.reset();
      changed = true;
      if (!console_.terminal) PrintLine(one);
    }
    const auto result = one.stream->result();
    if (!result || (one.job && Ended(one.job->state()))) return absl::OkStatus();
    return Reopen(one, *result, changed);
  }

  absl::Status Reopen(Followed& one, const grpc::Status& result, bool& changed) {
    const bool passing = result.ok() || result.error_code() == grpc::StatusCode::UNAVAILABLE;
    if (!one.job || !passing) return server_.Explain(result);
    const auto now = Clock::now();
    if (!one.lost) {
      changed = true;
      one.lost = one.retry = now;
      if (!console_.terminal) console_.err << kAway << std::endl;
    }
    if (now - *one.lost > kPatience) return server_.Explain(result);
    if (now < one.retry) return absl::OkStatus();
    one.retry = now + kRetryInterval;
    Open(one);
    return absl::OkStatus();
  }

  void PrintLine(Followed& one) {
    const bool same_state = one.printed_state == one.job->state();
    if (same_state && Clock::now() - one.printed < kLineInterval) return;
    one.printed = Clock::now();
    one.printed_state = one.job->state();
    console_.out << JobLine(*one.job) << std::endl;
  }

  void DrawView() {
    std::vector<std::string> lines;
    TerminalSize size = console_.size();
    size.rows = std::max(3, (size.rows - 1) / static_cast<int>(followed_.size()) - 1);
    for (Followed& one : followed_) {
      if (!one.job) continue;
      ReadHistory(one);
      if (!lines.empty()) lines.emplace_back();
      for (std::string& line : JobView(*one.job, one.history, size, console_.style)) {
        lines.push_back(std::move(line));
      }
    }
    const auto lost = [](const Followed& one) { return one.lost.has_value(); };
    if (std::any_of(followed_.begin(), followed_.end(), lost)) lines.emplace_back(kAway);
    screen_.Draw(lines, console_);
  }

  // Curves are an ornament: a failure to read them is passed over.
  void ReadHistory(Followed& one) {
    if (!Ended(one.job->state()) && Clock::now() - one.history_time < kCurveInterval) return;
    one.history_time = Clock::now();
    v1::QueryPointsRequest request;
    request.set_job_id(one.id);
    request.set_max_points(kCurvePoints);
    const auto points = QueryPoints(request, server_);
    if (!points.ok()) return;
    one.history.clear();
    for (const Point& point : *points) {
      one.history[HistoryKey(point.series)].push_back({point.step, point.value});
    }
  }

  absl::Status Verdict() const {
    std::vector<std::string> failures;
    for (const Followed& one : followed_) {
      const v1::JobState state = one.job->state();
      if (state == v1::JOB_STATE_SUCCEEDED || state == v1::JOB_STATE_DIVERGED) continue;
      failures.push_back(absl::StrCat("job ", one.id, " ", EndText(*one.job)));
    }
    if (failures.empty()) return absl::OkStatus();
    return absl::AbortedError(absl::StrJoin(failures, "\n"));
  }

  Console& console_;
  Connection& server_;
  v1::JobService::Stub& jobs_;
  LiveScreen screen_;
  Bell bell_;
  std::vector<Followed> followed_;  // after bell_, which the streams ring
};

}  // namespace

absl::Status WatchJobs(const std::vector<int64_t>& ids, Environment& environment) {
  const auto jobs = environment.server.jobs();
  if (!jobs.ok()) return jobs.status();
  return Watching(ids, environment, **jobs).Run();
}

}  // namespace geometer::client
