// geometer-server: the queue, leases, results and metrics. See README.md.

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "proto/concurrency/signals.h"
#include "server/server.h"

namespace {

constexpr int kFailed = 1;
constexpr int kBadUsage = 2;

std::filesystem::path DefaultData() {
  const char* xdg = std::getenv("XDG_DATA_HOME");
  if (xdg != nullptr && *xdg != '\0') return std::filesystem::path(xdg) / "geometer/server";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return {};
  return std::filesystem::path(home) / ".local/share/geometer/server";
}

// "60s", "500ms", "1m30s".
std::string CheckDuration(const std::string& text) {
  absl::Duration duration;
  const bool valid = absl::ParseDuration(text, &duration) && duration > absl::ZeroDuration() &&
                     duration <= absl::Hours(24);
  return valid ? "" : "'" + text + "': expected a duration such as 60s, at most 24h";
}

int ExitCode(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? kBadUsage : kFailed;
}

int Run(const geometer::server::ServerOptions& options,
        const geometer::TerminationSignals& signals) {
  auto server = geometer::server::Server::Start(options);
  if (!server.ok()) {
    std::cerr << "geometer-server: " << server.status().message() << "\n";
    return ExitCode(server.status());
  }
  std::cout << "geometer-server listening on " << (*server)->address() << ", metrics on "
            << (*server)->http_address() << std::endl;
  const int signal = signals.Wait();
  spdlog::info("signal {}: draining", signal);
  (*server)->Drain();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const geometer::TerminationSignals signals;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("geometer-server"));
  geometer::server::ServerOptions options;
  std::string lease_term = "60s";
  options.data = DefaultData();

  CLI::App app("Queues jobs, leases them to workers and keeps their results.", "geometer-server");
  app.set_version_flag("--version", "geometer-server " GEOMETER_VERSION);
  app.add_option("--listen", options.listen, "HOST:PORT for gRPC; port 0 picks a free one")
      ->capture_default_str();
  app.add_option("--http", options.http, "HOST:PORT for /metrics, /sd and /healthz")
      ->capture_default_str();
  app.add_option("--data", options.data, "folder of the database and the artifacts")
      ->capture_default_str();
  app.add_option("--lease-term", lease_term, "a worker without progress for so long loses its job")
      ->check(CheckDuration)
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  if (options.data.empty()) {
    std::cerr
        << "geometer-server: neither XDG_DATA_HOME nor HOME is set: name a folder by --data\n";
    return kBadUsage;
  }
  absl::ParseDuration(lease_term, &options.lease_term);
  return Run(options, signals);
}
