// geometer-worker: runs jobs of a server on this machine. See README.md.

#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "proto/channel/channel.h"
#include "proto/concurrency/signals.h"
#include "proto/contract/digest.h"
#include "worker/agent/agent.h"
#include "worker/agent/metrics_server.h"

namespace {

namespace fs = std::filesystem;
using namespace geometer;  // NOLINT(google-build-using-namespace): main wires the program together

constexpr int kFailed = 1;
constexpr int kBadUsage = 2;

struct Flags {
  std::string server = "127.0.0.1:7230";
  std::string http = "127.0.0.1:0";
  fs::path data;
  fs::path data_sets;
  fs::path trainer;
  uint32_t slots = 1;
  std::vector<std::string> devices = {"cpu"};
  double hang_minutes = 10;
};

fs::path Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A folder below that of an XDG variable, or below its default in the home folder.
fs::path XdgFolder(const char* variable, const char* below_home, const char* folder) {
  const fs::path base = Variable(variable);
  return (base.empty() ? Variable("HOME") / below_home : base) / folder;
}

void AddFlags(CLI::App& app, Flags& flags) {
  flags.data = XdgFolder("XDG_DATA_HOME", ".local/share", "geometer/worker");
  flags.data_sets = Variable("GEOMETER_DATA_DIR");
  if (flags.data_sets.empty())
    flags.data_sets = XdgFolder("XDG_CACHE_HOME", ".cache", "geometer/data");
  flags.trainer = fs::read_symlink("/proc/self/exe").parent_path() / "geometer-trainer";

  app.set_version_flag("--version", "geometer-worker " GEOMETER_VERSION);
  app.add_option("--server", flags.server, "HOST:PORT of the server")->capture_default_str();
  app.add_option("--data", flags.data, "folder of this worker's records and checkpoints")
      ->capture_default_str();
  app.add_option("--data-sets", flags.data_sets, "folder that holds the data sets")
      ->capture_default_str();
  app.add_option("--slots", flags.slots, "jobs to run at once")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--devices", flags.devices,
                 "devices to offer; trainers are kept warm for the first")
      ->delimiter(',')
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  app.add_option("--http", flags.http, "HOST:PORT for /metrics; port 0 picks a free one")
      ->capture_default_str();
  app.add_option("--trainer", flags.trainer, "the trainer program")
      ->check(CLI::ExistingFile)
      ->capture_default_str();
  app.add_option("--hang-timeout", flags.hang_minutes,
                 "minutes without a sign of life after which a trainer is killed")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

v1::Device ToDevice(const std::string& name) {
  return name == "cuda" ? v1::DEVICE_CUDA : v1::DEVICE_CPU;
}

v1::RegisterRequest Describe(const Flags& flags, const worker::DataFolder& folder,
                             const worker::MetricsServer& metrics) {
  v1::RegisterRequest description;
  description.set_worker_id(folder.worker_id());
  description.set_slots(flags.slots);
  for (const std::string& device : flags.devices) description.add_devices(ToDevice(device));
  description.set_version(GEOMETER_VERSION);
  description.set_contract_digest(contract::ContractDigest());
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  description.set_host(host);
  description.set_metrics_address(metrics.address().ToString());
  return description;
}

worker::AgentOptions MakeOptions(const Flags& flags, v1::RegisterRequest description) {
  worker::AgentOptions options;
  options.description = std::move(description);
  options.slot.trainer.program = flags.trainer;
  // Read by their libraries as they are loaded: too late for the trainer to set. A job's number of
  // threads replaces OpenMP's.
  options.slot.trainer.environment = {"OMP_NUM_THREADS=1", "OMP_DYNAMIC=FALSE",
                                      "CUBLAS_WORKSPACE_CONFIG=:4096:8"};
  options.slot.device = ToDevice(flags.devices.front());
  options.slot.hang_timeout =
      std::chrono::milliseconds(static_cast<int64_t>(flags.hang_minutes * 60e3));
  options.data_sets = fs::absolute(flags.data_sets);
  options.on_ready = [&flags, name = options.description.worker_id()] {
    std::cout << "geometer-worker " << name << " ready: " << flags.slots << " slots, server "
              << flags.server << std::endl;
  };
  return options;
}

int Fail(const absl::Status& status) {
  std::cerr << "geometer-worker: " << status.message() << "\n";
  return absl::IsInvalidArgument(status) ? kBadUsage : kFailed;
}

// Trainers are spawned by this thread, which lives as long as the process.
int Run(const Flags& flags, const TerminationSignals& signals) {
  const auto channel = channel::MakeChannel(flags.server);
  if (!channel.ok()) return Fail(channel.status());
  const auto folder = worker::DataFolder::Open(flags.data);
  if (!folder.ok()) return Fail(folder.status());
  worker::Metrics metrics(folder->worker_id(), GEOMETER_VERSION);
  const auto http = worker::MetricsServer::Start(flags.http, metrics.registry());
  if (!http.ok()) return Fail(http.status());

  worker::Agent agent(MakeOptions(flags, Describe(flags, *folder, **http)), *folder, *channel,
                      metrics);
  std::thread drain([&] {
    signals.Wait();
    agent.Drain();
  });
  const absl::Status end = agent.Run();
  kill(getpid(), SIGTERM);  // ends the wait, if nothing else has
  drain.join();
  return end.ok() ? 0 : Fail(end);
}

}  // namespace

int main(int argc, char** argv) {
  const TerminationSignals signals;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("geometer-worker"));
  Flags flags;
  CLI::App app("Runs jobs of a Geometer server on this machine.", "geometer-worker");
  AddFlags(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  return Run(flags, signals);
}
