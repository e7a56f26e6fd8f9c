#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "client/calibration.h"
#include "client/child_process.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/job_file.h"
#include "client/rendering/cost_view.h"
#include "client/rendering/text.h"
#include "proto/contract/defaults.h"
#include "proto/contract/yaml.h"

namespace geometer::client {
namespace {

struct Flags {
  JobSources sources;
  bool is_explicit = false;
  bool cost = false;
  TableFormat format = TableFormat::kTable;
};

void PrintForPeople(const FileCost& cost, Console& console) {
  console.out << Printable(cost.file) << ": valid\n"
              << CostSummary(cost.estimate) << "\n"
              << CostTable({cost}).Render(TableFormat::kTable, console.style);
  console.out.flush();  // the next file takes seconds
}

void PrintForPrograms(const std::vector<FileCost>& costs, TableFormat format, Console& console) {
  if (format == TableFormat::kCsv) {
    console.out << CostTable(costs).Render(format, console.style);
    return;
  }
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const FileCost& cost : costs) all.push_back(CostJson(cost));
  console.out << JsonText(all);
}

absl::Status PrintCosts(const Flags& flags, const std::vector<v1::JobSpec>& specs,
                        Console& console) {
  std::vector<FileCost> costs;
  for (size_t i = 0; i < specs.size(); ++i) {
    const std::string& file = flags.sources.files[i];
    if (console.terminal) {
      console.err << "calibrating " << Printable(file)
                  << ": some seconds of training, and every measurement\n";
    }
    auto estimate = Calibrate(specs[i], ProgramFolder());
    if (!estimate.ok()) {
      return absl::Status(estimate.status().code(),
                          absl::StrCat(Printable(file), ": ", estimate.status().message()));
    }
    costs.push_back({file, *std::move(estimate)});
    if (flags.format == TableFormat::kTable) PrintForPeople(costs.back(), console);
  }
  if (flags.format != TableFormat::kTable) PrintForPrograms(costs, flags.format, console);
  return absl::OkStatus();
}

absl::Status Validate(const Flags& flags, Console& console) {
  const auto specs = ReadJobs(flags.sources, console.in);
  if (!specs.ok()) return specs.status();
  if (flags.cost) return PrintCosts(flags, *specs, console);
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
  auto* is_explicit =
      app.add_flag("--explicit", flags->is_explicit, "Print the specs with all defaults filled in");
  auto* cost =
      app.add_flag("--cost", flags->cost,
                   "Predict time and memory on this machine, by some seconds of training and every "
                   "measurement, taken once");
  cost->excludes(is_explicit);
  AddFormat(app, flags->format);
  app.get_option("--format")->needs(cost);
  return [flags](Environment& environment) { return Validate(*flags, environment.console); };
}

}  // namespace geometer::client
