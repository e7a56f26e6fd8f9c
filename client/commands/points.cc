#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/point_query.h"
#include "client/rendering/number.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

struct Flags {
  int64_t id = 0;
  v1::Series series;
  v1::Split split = v1::SPLIT_UNSPECIFIED;
  uint32_t max_points = 0;
  std::string steps;
  TableFormat format = TableFormat::kTable;
};

// A finite number or nothing: NaN stands for "does not apply" in these columns.
Cell Applicable(double value) {
  if (value != value) return {};
  return {value};
}

Cell Text(const std::string& text) {
  if (text.empty()) return {};
  return {text};
}

Cell Converged(v1::Convergence convergence) {
  if (convergence == v1::CONVERGENCE_UNSPECIFIED) return {};
  const bool reached = convergence == v1::CONVERGENCE_REACHED;
  return {.value = reached, .text = reached ? "yes" : "no"};
}

std::vector<Cell> Row(const Point& point) {
  const v1::Series& series = point.series;
  const bool has_split = series.split() != v1::SPLIT_UNSPECIFIED;
  const Cell samples = point.samples == 0 ? Cell() : Cell{static_cast<int64_t>(point.samples)};
  return {Text(series.probe()),
          Text(series.quantity()),
          Text(has_split ? contract::EnumName(series.split()) : ""),
          Text(series.task()),
          Text(series.learner()),
          Text(series.layer()),
          Text(series.class_name()),
          {.value = static_cast<int64_t>(series.index())},
          {static_cast<int64_t>(point.step)},
          {.value = point.value, .text = ShortNumber(point.value)},
          Applicable(point.standard_error),
          Applicable(point.residual),
          samples,
          Converged(point.convergence),
          Applicable(point.seconds),
          Applicable(point.elapsed)};
}

Table EmptyTable() {
  return Table({{"probe", "PROBE"},
                {"quantity", "QUANTITY"},
                {"split", "SPLIT", false, true},
                {"task", "TASK", false, true},
                {"learner", "LEARNER", false, true},
                {"layer", "LAYER", false, true},
                {"class", "CLASS", false, true},
                {"index", "INDEX", true},
                {"step", "STEP", true},
                {"value", "VALUE", true},
                {"standard_error", "±", true, true},
                {"residual", "RESIDUAL", true, true},
                {"samples", "SAMPLES", true, true},
                {"converged", "CONVERGED", false, true},
                {"seconds", "COST (s)", true, true},
                {"elapsed", "ELAPSED (s)", true, true}});
}

// "A:B", "A:" or ":B", as `request`'s first and last step.
std::string ReadSteps(const std::string& text, v1::QueryPointsRequest& request) {
  const std::vector<std::string> ends = absl::StrSplit(text, ':');
  uint64_t first = 0;
  uint64_t last = 0;
  const bool good = ends.size() == 2 && (ends[0].empty() || absl::SimpleAtoi(ends[0], &first)) &&
                    (ends[1].empty() || absl::SimpleAtoi(ends[1], &last));
  if (!good) return "must be FIRST:LAST, with either left out at will, such as 100:500 or 100:";
  request.set_first_step(first);
  if (!ends[1].empty()) request.set_last_step(last);
  return "";
}

absl::Status PrintPoints(const Flags& flags, Environment& environment) {
  v1::QueryPointsRequest request;
  request.set_job_id(flags.id);
  *request.add_series() = flags.series;
  request.mutable_series(0)->set_split(flags.split);
  request.set_max_points(flags.max_points);
  if (!flags.steps.empty()) ReadSteps(flags.steps, request);
  const auto points = QueryPoints(request, environment.server);
  if (!points.ok()) return points.status();
  const std::string& quantity = flags.series.quantity();
  if (points->empty() && !quantity.empty() && flags.steps.empty()) {
    return NoSuchPoints(flags.id, quantity, environment.server);
  }
  Table table = EmptyTable();
  for (const Point& point : *points) table.AddRow(Row(point));
  environment.console.out << table.Render(flags.format, environment.console.style);
  return absl::OkStatus();
}

}  // namespace

Action DeclarePoints(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobId(app, flags->id);
  app.add_option("--probe", *flags->series.mutable_probe(), "Only values of this probe");
  app.add_option("--quantity", *flags->series.mutable_quantity(), "Only values of this quantity");
  AddSplit(app, flags->split);
  app.add_option("--max-points", flags->max_points,
                 "Most points per curve, keeping its extremes; 0: all");
  app.add_option("--steps", flags->steps, "Only steps from A to B")
      ->type_name("A:B")
      ->check([](const std::string& text) {
        v1::QueryPointsRequest unused;
        return ReadSteps(text, unused);
      });
  AddFormat(app, flags->format);
  return [flags](Environment& environment) { return PrintPoints(*flags, environment); };
}

}  // namespace geometer::client
