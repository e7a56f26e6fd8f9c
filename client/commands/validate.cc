#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/job_file.h"
#include "client/rendering/text.h"
#include "proto/contract/defaults.h"
#include "proto/contract/yaml.h"

namespace geometer::client {
namespace {

struct Flags {
  JobSources sources;
  bool is_explicit = false;
};

absl::Status Validate(const Flags& flags, Console& console) {
  const auto specs = ReadJobs(flags.sources, console.in);
  if (!specs.ok()) return specs.status();
  for (size_t i = 0; i < specs->size(); ++i) {
    if (!flags.is_explicit) {
      console.out << Printable(flags.sources.files[i]) << ": valid\n";
      continue;
    }
    if (i > 0) console.out << "---\n";
    console.out << contract::FormatJob(contract::WithDefaults((*specs)[i]));
  }
  return absl::OkStatus();
}

}  // namespace

Action DeclareValidate(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobFiles(app, flags->sources.files, flags->sources.overrides);
  app.add_flag("--explicit", flags->is_explicit, "Print the specs with all defaults filled in");
  return [flags](Environment& environment) { return Validate(*flags, environment.console); };
}

}  // namespace geometer::client
