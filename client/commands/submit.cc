#include <CLI/CLI.hpp>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/job_file.h"
#include "client/rendering/job_view.h"
#include "client/watching.h"

namespace geometer::client {
namespace {

struct Flags {
  JobSources sources;
  std::vector<std::string> tags;
  std::string owner;
  bool watch = false;
  TableFormat format = TableFormat::kTable;
};

// 128 random bits: no two requests share one.
std::string RandomRequestId() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

absl::StatusOr<v1::Job> SubmitOne(const v1::JobSpec& spec, const Flags& flags,
                                  Environment& environment) {
  v1::SubmitJobRequest request;
  *request.mutable_spec() = spec;
  request.set_request_id(RandomRequestId());
  request.set_owner(flags.owner);
  for (const std::string& tag : flags.tags) request.add_tags(tag);
  auto response = environment.server.Call(&v1::JobService::Stub::SubmitJob, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_job());
}

// Bare ids for people and scripts alike: `id=$(geometer submit job.yaml)`.
void Print(const std::vector<v1::Job>& jobs, TableFormat format, Console& console) {
  Table table({{"id", "ID"}, {"name", "NAME"}, {"state", "STATE"}});
  for (const v1::Job& job : jobs) {
    if (format == TableFormat::kTable) console.out << job.id() << "\n";
    table.AddRow({{job.id()}, {job.name()}, StateCell(job)});
  }
  if (format != TableFormat::kTable) console.out << table.Render(format, console.style);
  console.out.flush();
}

absl::Status Submit(const Flags& flags, Environment& environment) {
  const auto specs = ReadJobs(flags.sources, environment.console.in);
  if (!specs.ok()) return specs.status();
  std::vector<v1::Job> jobs;
  absl::Status status;
  for (const v1::JobSpec& spec : *specs) {
    auto job = SubmitOne(spec, flags, environment);
    status = job.status();
    if (!status.ok()) break;
    jobs.push_back(std::move(*job));
  }
  Print(jobs, flags.format, environment.console);
  if (!status.ok()) return status;
  std::vector<int64_t> ids;
  for (const v1::Job& job : jobs) ids.push_back(job.id());
  if (flags.watch) return WatchJobs(ids, environment);
  if (environment.console.terminal) {
    environment.console.err << "Follow it: geometer watch " << absl::StrJoin(ids, " ") << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

Action DeclareSubmit(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobFiles(app, flags->sources.files, flags->sources.overrides);
  app.add_option("--tag", flags->tags, "Tag to find the jobs by (repeatable)")
      ->allow_extra_args(false);
  app.add_option("--owner", flags->owner, "Who submits")->envname("USER");
  app.add_flag("--watch", flags->watch, "Follow the jobs until they end");
  AddFormat(app, flags->format);
  return [flags](Environment& environment) { return Submit(*flags, environment); };
}

}  // namespace geometer::client
