#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/figure_file.h"
#include "client/commands/flags.h"
#include "client/plane_map.h"

namespace geometer::client {
namespace {

struct Flags {
  PlaneMapQuery query;
  std::string output;
};

absl::Status Draw(const Flags& flags, Environment& environment) {
  const auto plane = ReadPlaneMap(flags.query, environment.server);
  if (!plane.ok()) return plane.status();
  Console& console = environment.console;
  if (!flags.output.empty()) {
    return WriteFigure(PlaneScript(*plane, FormatOf(flags.output)), flags.output, console);
  }
  console.out << PlaneText(*plane);
  return absl::OkStatus();
}

}  // namespace

Action DeclareMap(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobId(app, flags->query.job_id);
  app.add_option("--quantity", flags->query.quantity,
                 "What to draw: map_density, map_potential, map_margin, map_class or map_output; "
                 "the first that there is by default");
  app.add_option("--probe", flags->query.probe, "Only values of this probe");
  app.add_option("--step", flags->query.last_step, "The latest map up to this step");
  AddSplit(app, flags->query.split);
  AddFigureFile(app, flags->output);
  return [flags](Environment& environment) { return Draw(*flags, environment); };
}

}  // namespace geometer::client
