// geometer-trainer: runs a job file, or attempts for a worker.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <string>

#include "worker/trainer/cost.h"
#include "worker/trainer/cuda.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/run.h"
#include "worker/trainer/serve.h"

namespace {

using geometer::trainer::CostOptions;
using geometer::trainer::RunOptions;

constexpr int kUsageError = 2;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Where deploy/data.sh puts data sets.
std::string DefaultDataFolder() {
  if (std::string folder = Variable("GEOMETER_DATA_DIR"); !folder.empty()) return folder;
  std::string cache = Variable("XDG_CACHE_HOME");
  if (cache.empty()) cache = Variable("HOME") + "/.cache";
  return cache + "/geometer/data";
}

// What `run` and `cost` read alike.
template <typename Options>
void AddJob(CLI::App& command, Options& options) {
  command.add_option("job", options.job, "The job file (YAML).")->required();
  command.add_option("--set", options.overrides, "Override a field: path=value. May be repeated.")
      ->allow_extra_args(false);
  command.add_option("--data-sets", options.data_sets, "Folder that holds the data sets.")
      ->default_val(DefaultDataFolder());
}

CLI::App* AddRun(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "Run a job file here, without a server.");
  AddJob(*run, options);
  run->add_option("--out", options.out, "Folder for the results.")->required();
  run->add_option("--resume", options.resume, "Checkpoint to go on from.");
  run->add_flag("--quiet", options.quiet, "Print errors only.");
  return run;
}

CLI::App* AddCost(CLI::App& app, CostOptions& options) {
  CLI::App* cost = app.add_subcommand("cost", "Predict a job's time and memory, as JSON.");
  AddJob(*cost, options);
  return cost;
}

struct ServeOptions {
  int fd = -1;
  std::string device = "cpu";
};

CLI::App* AddServe(CLI::App& app, ServeOptions& options) {
  CLI::App* serve = app.add_subcommand("serve", "Run attempts for the worker at a socket.");
  serve->add_option("--fd", options.fd, "Descriptor of the connected socket.")->required();
  serve->add_option("--device", options.device, "Device of the attempts.")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  return serve;
}

// Ends this process when its parent ends. The end of the socket's stream says the same, but only
// between two steps.
void DieWithParent() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) std::_Exit(EXIT_FAILURE);
}

int RunServe(const ServeOptions& options) {
  DieWithParent();
  at::Device device = at::kCPU;
  if (options.device == "cuda") {
    const absl::Status status = geometer::trainer::OpenCuda();
    if (status.ok()) {
      device = at::kCUDA;
    } else {
      spdlog::error("{}", std::string(status.message()));  // every attempt will fail with it
    }
  }
  return geometer::trainer::Serve(options.fd, device);
}

}  // namespace

int main(int argc, char** argv) {
  geometer::trainer::KeepFreedMemory();
  spdlog::set_default_logger(spdlog::stderr_color_mt("geometer-trainer"));
  CLI::App app{"Trains networks and measures the geometry of what gradient descent does."};
  app.require_subcommand(1);
  RunOptions run_options;
  ServeOptions serve_options;
  CostOptions cost_options;
  const CLI::App* run = AddRun(app, run_options);
  const CLI::App* cost = AddCost(app, cost_options);
  AddServe(app, serve_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : kUsageError;
  }
  if (cost->parsed()) return PrintCost(cost_options, argv);
  return run->parsed() ? RunJob(run_options, argv) : RunServe(serve_options);
}
