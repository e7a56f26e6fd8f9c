#include "client/rendering/job_view.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/rendering/number.h"
#include "client/rendering/progress.h"
#include "client/rendering/series.h"
#include "client/rendering/text.h"
#include "client/rendering/time.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

constexpr int kBarColumns = 30;
constexpr size_t kWatchedQuantities = 2;  // of a probe
constexpr uint32_t kWatchedIndices = 5;   // of a list, such as the eigenvalues
constexpr size_t kLineValues = 8;         // in a line of a log

Tone ToneOf(v1::JobState state) {
  switch (state) {
    case v1::JOB_STATE_RUNNING:
      return Tone::kActive;
    case v1::JOB_STATE_SUCCEEDED:
      return Tone::kGood;
    case v1::JOB_STATE_DIVERGED:
    case v1::JOB_STATE_HELD:
      return Tone::kWarning;
    case v1::JOB_STATE_FAILED:
      return Tone::kBad;
    case v1::JOB_STATE_CANCELLED:
      return Tone::kFaint;
    default:
      return Tone::kPlain;
  }
}

const v1::Attempt* LastAttempt(const v1::Job& job) {
  return job.attempts().empty() ? nullptr : &*job.attempts().rbegin();
}

// Values that people watch: of each probe the first quantities, which it reports in order of
// interest, and of each list its beginning; not the loop's own account of time.
std::vector<const v1::LatestValue*> Watched(const v1::Job& job) {
  std::vector<const v1::LatestValue*> watched;
  std::map<std::string, std::set<std::string>> quantities;  // by probe
  for (const v1::LatestValue& latest : job.latest()) {
    const v1::Series& series = latest.series();
    if (series.probe() == "training" || series.index() >= kWatchedIndices) continue;
    std::set<std::string>& of_probe = quantities[series.probe()];
    if (of_probe.size() < kWatchedQuantities) of_probe.insert(series.quantity());
    if (of_probe.contains(series.quantity())) watched.push_back(&latest);
  }
  return watched;
}

std::vector<std::string> Names(const std::vector<const v1::LatestValue*>& values) {
  std::vector<v1::Series> series;
  for (const v1::LatestValue* value : values) series.push_back(value->series());
  std::vector<std::string> names = SeriesNames(series);
  for (std::string& name : names) name = Printable(name);
  return names;
}

std::string Title(const v1::Job& job, const Style& style) {
  std::string title = absl::StrCat(
      style.Paint(Tone::kStrong, absl::StrCat("job ", job.id(), "  ", Printable(job.name()))), "  ",
      style.Paint(ToneOf(job.state()), Printable(EndText(job))));
  const v1::Attempt* attempt = LastAttempt(job);
  if (attempt != nullptr && !Ended(job.state())) {
    absl::StrAppend(&title, "  on ", Printable(attempt->worker_id()), ", slot ", attempt->slot());
    if (job.attempts_size() > 1) absl::StrAppend(&title, ", attempt ", job.attempts_size());
  }
  return title;
}

// "50/100 steps", or "50 steps" of a run whose length is not known.
std::string StepsText(const v1::Progress& progress) {
  const uint64_t total = progress.total_steps();
  return absl::StrCat(progress.step(), total == 0 ? "" : absl::StrCat("/", total), " steps");
}

// How a running job moves on, or how long an ended one took.
void AppendPace(const v1::Job& job, std::vector<std::string>& parts) {
  const v1::Progress& progress = job.progress();
  const v1::Attempt* attempt = LastAttempt(job);
  if (Ended(job.state())) {
    if (!job.has_start_time() || !job.has_end_time()) return;  // a held job has no end yet
    const double seconds = SecondsBetween(job.start_time(), job.end_time());
    parts.push_back(absl::StrCat("took ", Duration(seconds)));
    return;
  }
  const auto left = SecondsLeft(progress, attempt == nullptr ? 0 : attempt->resume_step());
  if (left) parts.push_back(absl::StrCat(Duration(*left), " left"));
  if (progress.examples_per_second() > 0) {
    parts.push_back(absl::StrCat(ShortNumber(progress.examples_per_second()), " examples/s"));
  }
  if (progress.measuring_share() > 0) {
    parts.push_back(absl::StrCat(Percent(progress.measuring_share()), " measuring"));
  }
}

std::set<uint64_t> ParentIds(const v1::Job& job) {
  std::set<uint64_t> ids;
  for (const contract::ParentAt& at : contract::ParentsOf(job.spec())) ids.insert(at.parent->job());
  return ids;
}

std::string ProgressLine(const v1::Job& job, const Style& style) {
  if (job.state() == v1::JOB_STATE_QUEUED && job.attempts().empty()) {
    return "waits for a free slot of a worker (geometer workers)";
  }
  if (job.state() == v1::JOB_STATE_BLOCKED) {
    return absl::StrCat("waits for the end of job ", absl::StrJoin(ParentIds(job), ", "));
  }
  std::vector<std::string> parts;
  if (const auto share = Share(job)) {
    parts = {style.Paint(ToneOf(job.state()), Bar(*share, kBarColumns)), Percent(*share)};
  }
  parts.push_back(StepsText(job.progress()));
  AppendPace(job, parts);
  return absl::StrJoin(parts, "  ");
}

}  // namespace

bool Ended(v1::JobState state) {
  return state != v1::JOB_STATE_QUEUED && state != v1::JOB_STATE_BLOCKED &&
         state != v1::JOB_STATE_RUNNING;
}

Cell StateCell(const v1::Job& job) {
  const bool cancelling = job.cancel_requested() && !Ended(job.state());
  return {.value = contract::EnumName(job.state()),
          .text = cancelling ? "cancelling" : "",
          .tone = ToneOf(job.state())};
}

std::string EndText(const v1::Job& job) {
  const Cell state = StateCell(job);
  std::string text = state.text.empty() ? std::get<std::string>(state.value) : state.text;
  const v1::Attempt* attempt = LastAttempt(job);
  if (!job.message().empty()) absl::StrAppend(&text, ": ", job.message());
  if (attempt == nullptr || !Ended(job.state())) return text;
  const v1::Finish& finish = attempt->finish();
  if (finish.reason() != v1::FAILURE_REASON_UNSPECIFIED) {
    absl::StrAppend(&text, " (", contract::EnumName(finish.reason()), ")");
  }
  if (!finish.message().empty()) absl::StrAppend(&text, ": ", finish.message());
  return text;
}

std::string HistoryKey(const v1::Series& series) { return series.SerializeAsString(); }

std::vector<std::string> JobHeading(const v1::Job& job, const Style& style) {
  return {Title(job, style), ProgressLine(job, style)};
}

std::vector<std::string> JobView(const v1::Job& job, const History& history, TerminalSize size,
                                 const Style& style) {
  std::vector<std::string> lines = JobHeading(job, style);
  const auto values = Watched(job);
  const std::vector<std::string> names = Names(values);
  std::vector<std::string> readings;
  int name_columns = 0;
  int reading_columns = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    readings.push_back(Reading(values[i]->value(), values[i]->convergence()));
    name_columns = std::max(name_columns, DisplayWidth(names[i]));
    reading_columns = std::max(reading_columns, DisplayWidth(readings[i]));
  }
  for (size_t i = 0; i < values.size() && static_cast<int>(lines.size()) < size.rows; ++i) {
    const auto curve = history.find(HistoryKey(values[i]->series()));
    const int left = size.columns - name_columns - reading_columns - 7;
    lines.push_back(absl::StrCat(
        "  ", PadRight(names[i], name_columns), "  ", PadRight(readings[i], reading_columns), "  ",
        curve == history.end()
            ? ""
            : Sparkline(curve->second, job.progress().step(), std::min(left, 60))));
  }
  return lines;
}

std::string JobLine(const v1::Job& job) {
  const auto values = Watched(job);
  const std::vector<std::string> names = Names(values);
  std::string line = absl::StrCat("job ", job.id(), " ", Printable(job.name()), ": ",
                                  Printable(EndText(job)), ", ", StepsText(job.progress()));
  for (size_t i = 0; i < std::min(values.size(), kLineValues); ++i) {
    absl::StrAppend(&line, ", ", names[i], " ",
                    Reading(values[i]->value(), values[i]->convergence()));
  }
  if (values.size() > kLineValues) absl::StrAppend(&line, ", … (geometer show ", job.id(), ")");
  return line;
}

}  // namespace geometer::client
