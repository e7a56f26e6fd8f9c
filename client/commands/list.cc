#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/rendering/job_view.h"
#include "client/rendering/number.h"
#include "client/rendering/progress.h"
#include "client/rendering/series.h"
#include "client/rendering/time.h"

namespace geometer::client {
namespace {

constexpr int kPageSize = 500;

struct Flags {
  std::vector<v1::JobState> states;
  std::string name;
  std::string tag;
  v1::JobOrder order = v1::JOB_ORDER_NEWEST;
  uint32_t limit = 50;
  TableFormat format = TableFormat::kTable;
};

v1::ListJobsRequest Request(const Flags& flags) {
  v1::ListJobsRequest request;
  for (const v1::JobState state : flags.states) request.add_states(state);
  request.set_name_prefix(flags.name);
  request.set_tag(flags.tag);
  request.set_order(flags.order);
  return request;
}

Cell ValueCell(const v1::Job& job, const std::string& quantity) {
  const v1::LatestValue* latest = Headline(job, quantity);
  if (latest == nullptr) return {};
  const bool missed = latest->convergence() == v1::CONVERGENCE_NOT_REACHED;
  return {.value = latest->value(),
          .text = absl::StrCat(ShortNumber(latest->value()), missed ? "?" : "")};
}

std::vector<Cell> Row(const v1::Job& job, absl::Time now) {
  const auto share = Share(job);
  const auto total = static_cast<int64_t>(job.progress().total_steps());
  return {{job.id()},
          {job.name()},
          StateCell(job),
          share ? Cell{*share, Percent(*share)} : Cell(),
          job.has_progress() ? Cell{static_cast<int64_t>(job.progress().step())} : Cell(),
          total == 0 ? Cell() : Cell{total},
          ValueCell(job, "loss"),
          ValueCell(job, "accuracy"),
          ValueCell(job, "geometric_complexity"),
          ValueCell(job, "eigenvalue"),
          TimeCell(job.submit_time(), now)};
}

absl::Status List(const Flags& flags, Environment& environment) {
  Table table({{"id", "ID", true},
               {"name", "NAME"},
               {"state", "STATE"},
               {"progress", "DONE", true},
               {"step", ""},
               {"total_steps", ""},
               {"loss", "LOSS", true},
               {"accuracy", "ACCURACY", true},
               {"geometric_complexity", "GC", true},
               {"lambda_max", "λMAX", true},
               {"submit_time", "AGE", true}});
  v1::ListJobsRequest request = Request(flags);
  uint32_t left = flags.limit;
  do {
    request.set_page_size(flags.limit == 0 ? kPageSize : std::min<uint32_t>(left, kPageSize));
    const auto page = environment.server.Call(&v1::JobService::Stub::ListJobs, request);
    if (!page.ok()) return page.status();
    for (const v1::Job& job : page->jobs()) table.AddRow(Row(job, environment.console.now()));
    left -= std::min<uint32_t>(left, page->jobs_size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (flags.limit == 0 || left > 0));
  environment.console.out << table.Render(flags.format, environment.console.style);
  if (environment.console.terminal && table.empty()) {
    environment.console.err << "No jobs. Queue one: geometer submit job.yaml\n";
  }
  return absl::OkStatus();
}

}  // namespace

Action DeclareList(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddStates(app, flags->states);
  app.add_option("--name", flags->name, "Only jobs whose name begins with this");
  app.add_option("--tag", flags->tag, "Only jobs with this tag");
  AddOrder(app, flags->order);
  app.add_option("--limit", flags->limit, "Most jobs to print; 0: all")->capture_default_str();
  AddFormat(app, flags->format);
  return [flags](Environment& environment) { return List(*flags, environment); };
}

}  // namespace geometer::client
