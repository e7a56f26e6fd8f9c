#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/rendering/job_view.h"
#include "client/rendering/message_json.h"
#include "client/rendering/series.h"
#include "client/rendering/text.h"
#include "client/rendering/time.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/names.h"
#include "proto/contract/yaml.h"

namespace geometer::client {
namespace {

struct Flags {
  int64_t id = 0;
  TableFormat format = TableFormat::kTable;
};

Cell ConvergenceCell(v1::Convergence convergence) {
  if (convergence == v1::CONVERGENCE_REACHED) return {true, "yes"};
  if (convergence == v1::CONVERGENCE_NOT_REACHED) return {false, "not converged", Tone::kWarning};
  return {};
}

constexpr uint32_t kListed = 10;  // of a list that people read, such as a density's nodes

// The latest values, of lists no more than `indices`.
Table Latest(const v1::Job& job, uint32_t indices) {
  std::vector<v1::Series> series;
  for (const v1::LatestValue& latest : job.latest()) series.push_back(latest.series());
  const std::vector<std::string> names = SeriesNames(series);
  Table table({{"series", "LATEST"},
               {"value", "VALUE", true},
               {"step", "STEP", true},
               {"converged", "CONVERGED", false, true}});
  for (int i = 0; i < job.latest_size(); ++i) {
    const v1::LatestValue& latest = job.latest(i);
    if (latest.series().index() >= indices) continue;
    table.AddRow({{names[i]},
                  {latest.value()},
                  {static_cast<int64_t>(latest.step())},
                  ConvergenceCell(latest.convergence())});
  }
  return table;
}

int64_t Unlisted(const v1::Job& job) {
  return std::count_if(job.latest().begin(), job.latest().end(),
                       [](const auto& latest) { return latest.series().index() >= kListed; });
}

Cell OutcomeCell(const v1::Finish& finish) {
  if (finish.outcome() == v1::OUTCOME_UNSPECIFIED) return {};
  const std::string outcome = contract::EnumName(finish.outcome());
  const bool failed = finish.reason() != v1::FAILURE_REASON_UNSPECIFIED;
  return {outcome,
          failed ? absl::StrCat(outcome, " (", contract::EnumName(finish.reason()), ")") : ""};
}

Cell ReasonCell(const v1::Finish& finish) {
  if (finish.reason() == v1::FAILURE_REASON_UNSPECIFIED) return {};
  return {contract::EnumName(finish.reason())};
}

Table Attempts(const v1::Job& job, absl::Time now) {
  Table table({{"id", "ATTEMPT", true},
               {"worker", "WORKER"},
               {"slot", "SLOT", true},
               {"resume_step", "FROM STEP", true},
               {"start_time", "BEGAN", true},
               {"end_time", "ENDED", true, true},
               {"outcome", "OUTCOME", false, true},
               {"reason", ""},
               {"message", "MESSAGE", false, true}});
  for (const v1::Attempt& attempt : job.attempts()) {
    const auto ago = [&](const google::protobuf::Timestamp& time) {
      Cell cell = TimeCell(time, now);
      if (!cell.text.empty()) cell.text += " ago";
      return cell;
    };
    table.AddRow({{attempt.id()},
                  {attempt.worker_id()},
                  {static_cast<int64_t>(attempt.slot())},
                  {static_cast<int64_t>(attempt.resume_step())},
                  ago(attempt.start_time()),
                  ago(attempt.end_time()),
                  OutcomeCell(attempt.finish()),
                  ReasonCell(attempt.finish()),
                  {attempt.finish().message()}});
  }
  return table;
}

std::string Submission(const v1::Job& job, absl::Time now) {
  std::string text = absl::StrCat("submitted ", TimeCell(job.submit_time(), now).text, " ago");
  if (!job.owner().empty()) absl::StrAppend(&text, " by ", Printable(job.owner()));
  if (!job.tags().empty()) {
    absl::StrAppend(&text, ", tags: ", Printable(absl::StrJoin(job.tags(), " ")));
  }
  return text;
}

// "starts from job 3, step 500 (data[0].embedding.parent)".
std::string Origin(const contract::ParentAt& at) {
  const std::string step = at.parent->step() == 0 ? "" : absl::StrCat(", step ", at.parent->step());
  return absl::StrCat("starts from job ", at.parent->job(), step, " (", at.path, ")");
}

void PrintForPeople(const v1::Job& job, Console& console) {
  const absl::Time now = console.now();
  for (const std::string& line : JobHeading(job, console.style)) console.out << line << "\n";
  console.out << Submission(job, now) << "\n";
  for (const auto& at : contract::ParentsOf(job.spec())) console.out << Origin(at) << "\n";
  for (const Table& table : {Attempts(job, now), Latest(job, kListed)}) {
    if (table.empty()) continue;
    console.out << "\n" << table.Render(TableFormat::kTable, console.style);
  }
  if (const int64_t more = Unlisted(job); more > 0) {
    console.out << "… and " << more << " values of longer lists: geometer show " << job.id()
                << " -o csv\n";
  }
  console.out << "\n"
              << console.style.Paint(Tone::kStrong, "EXPLICIT SPEC") << "\n"
              << contract::FormatJob(job.spec());
}

void PrintJson(const v1::Job& job, Console& console) {
  nlohmann::ordered_json json = MessageJson(job);
  json["attempts"] = Attempts(job, console.now()).Json();
  console.out << JsonText(json);
}

absl::Status Show(const Flags& flags, Environment& environment) {
  v1::GetJobRequest request;
  request.set_job_id(flags.id);
  const auto response = environment.server.Call(&v1::JobService::Stub::GetJob, request);
  if (!response.ok()) return response.status();
  Console& console = environment.console;
  switch (flags.format) {
    case TableFormat::kTable:
      PrintForPeople(response->job(), console);
      break;
    case TableFormat::kJson:
      PrintJson(response->job(), console);
      break;
    case TableFormat::kCsv:
      console.out << Latest(response->job(), UINT32_MAX).Render(flags.format, console.style);
      break;
  }
  return absl::OkStatus();
}

}  // namespace

Action DeclareShow(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobId(app, flags->id);
  AddFormat(app, flags->format);
  return [flags](Environment& environment) { return Show(*flags, environment); };
}

}  // namespace geometer::client
