#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/figure_file.h"
#include "client/commands/flags.h"
#include "client/rendering/heatmap.h"
#include "client/rendering/number.h"
#include "client/task_transfer.h"

namespace geometer::client {
namespace {

struct Flags {
  TaskTransferQuery query;
  TableFormat format = TableFormat::kTable;
  std::string output;
};

Cell Number(std::optional<double> value) {
  if (!value.has_value()) return {};
  return {.value = *value, .text = ShortNumber(*value)};
}

Table ToTable(const TaskTransfer& transfer) {
  std::vector<Column> columns = {{"after", "AFTER"}, {"step", "STEP", true}};
  for (const std::string& task : transfer.tasks) columns.push_back({task, task, true});
  Table table(std::move(columns));
  for (const TaskTransfer::Turn& turn : transfer.turns) {
    std::vector<Cell> row = {{turn.task.empty() ? "(start)" : turn.task},
                             {static_cast<int64_t>(turn.step)}};
    for (const double value : turn.values) row.push_back(Number(value));
    table.AddRow(std::move(row));
  }
  const auto add = [&](const char* name,
                       std::optional<double> (TaskTransfer::*of)(size_t task) const) {
    std::vector<Cell> row = {{std::string(name)}, {}};
    for (size_t task = 0; task < transfer.tasks.size(); ++task) {
      row.push_back(Number((transfer.*of)(task)));
    }
    table.AddRow(std::move(row));
  };
  add("forgetting", &TaskTransfer::Forgetting);
  add("backward transfer", &TaskTransfer::Backward);
  add("forward transfer", &TaskTransfer::Forward);
  return table;
}

Heatmap ToHeatmap(const TaskTransfer& transfer, const std::string& quantity) {
  Heatmap map{
      .title = quantity + " of each task after each turn", .x_label = "task", .y_label = "after"};
  map.columns = transfer.tasks;
  for (const TaskTransfer::Turn& turn : transfer.turns) {
    map.rows.push_back(turn.task.empty() ? "(start)" : turn.task);
    map.values.push_back(turn.values);
  }
  return map;
}

absl::Status Show(const Flags& flags, Environment& environment) {
  const auto transfer = ReadTaskTransfer(flags.query, environment.server);
  if (!transfer.ok()) return transfer.status();
  Console& console = environment.console;
  if (!flags.output.empty()) {
    const Heatmap map = ToHeatmap(*transfer, flags.query.quantity);
    return WriteFigure(HeatmapScript(map, FormatOf(flags.output)), flags.output, console);
  }
  console.out << ToTable(*transfer).Render(flags.format, console.style);
  return absl::OkStatus();
}

}  // namespace

Action DeclareForgetting(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobId(app, flags->query.job_id);
  app.add_option(
         "--quantity", flags->query.quantity,
         "What to show; accuracy by default. Of accuracies more is better, of all else less")
      ->capture_default_str();
  app.add_option("--probe", flags->query.probe, "Only values of this probe");
  AddSplit(app, flags->query.split);
  AddFormat(app, flags->format);
  AddFigureFile(app, flags->output);
  return [flags](Environment& environment) { return Show(*flags, environment); };
}

}  // namespace geometer::client
