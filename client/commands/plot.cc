#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "client/commands/choice.h"
#include "client/commands/commands.h"
#include "client/commands/figure_file.h"
#include "client/commands/flags.h"
#include "client/curves.h"
#include "client/rendering/gnuplot.h"

namespace geometer::client {
namespace {

struct Flags {
  CurveQuery query;
  Figure figure;
  std::string output;
};

// Without the form feed and the blank lines and ends of lines that gnuplot's text has.
void PrintText(const std::string& drawing, Console& console) {
  for (absl::string_view line : absl::StrSplit(drawing, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    if (!line.empty()) console.out << line << "\n";
  }
}

absl::Status Plot(const Flags& flags, Environment& environment) {
  auto curves = ReadCurves(flags.query, environment.server);
  if (!curves.ok()) return curves.status();
  Figure figure = flags.figure;
  figure.curves = std::move(*curves);
  figure.x_label = AxisLabel(flags.query);
  figure.y_label = flags.query.quantity;
  if (figure.title.empty()) figure.title = flags.query.quantity;
  Console& console = environment.console;
  TerminalSize size = console.size();
  size.rows -= 2;  // for the prompt
  const std::string script = GnuplotScript(figure, FormatOf(flags.output), size);
  if (!flags.output.empty()) return WriteFigure(script, flags.output, console);
  const auto drawing = RunGnuplot(script);
  if (!drawing.ok()) return drawing.status();
  PrintText(*drawing, console);
  return absl::OkStatus();
}

}  // namespace

Action DeclarePlot(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobIds(app, flags->query.job_ids);
  app.add_option("--quantity", flags->query.quantity, "What to draw, such as loss")->required();
  app.add_option("--probe", flags->query.probe, "Only values of this probe");
  AddSplit(app, flags->query.split);
  AddChoice<Axis>(
      app, "--x",
      "What to draw it against, first being the first of a job's curves; step by default",
      {{"step", Axis::kStep},
       {"epochs", Axis::kEpochs},
       {"examples", Axis::kExamples},
       {"time", Axis::kTime},
       {"flow_time", Axis::kFlowTime},
       {"first", Axis::kFirst}},
      [query = &flags->query](Axis axis) { query->x = axis; })
      ->expected(1);
  app.add_flag("--log-x", flags->figure.log_x, "Logarithmic horizontal axis");
  app.add_flag("--log-y", flags->figure.log_y, "Logarithmic vertical axis");
  app.add_option("--title", flags->figure.title, "Title of the figure");
  AddFigureFile(app, flags->output);
  return [flags](Environment& environment) { return Plot(*flags, environment); };
}

}  // namespace geometer::client
