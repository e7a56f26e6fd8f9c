#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "client/child_process.h"
#include "client/commands/commands.h"
#include "client/local_service.h"

namespace geometer::client {
namespace {

struct Flags {
  LocalServiceOptions service;
  std::string data;
};

// --data, else the place for data of the XDG base directory specification.
absl::StatusOr<std::filesystem::path> DataFolder(const Flags& flags) {
  if (!flags.data.empty()) return std::filesystem::absolute(flags.data);
  const char* data_home = std::getenv("XDG_DATA_HOME");
  if (data_home != nullptr && *data_home == '/')
    return std::filesystem::path(data_home) / "geometer";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::filesystem::path(home) / ".local/share/geometer";
  return absl::InvalidArgumentError(
      "neither XDG_DATA_HOME nor HOME is set: name a folder by --data");
}

absl::Status Up(const Flags& flags, Console& console) {
  const auto data = DataFolder(flags);
  if (!data.ok()) return data.status();
  LocalServiceOptions options = flags.service;
  options.data = *data;
  options.programs = ProgramFolder();
  return RunLocalService(options, console);
}

}  // namespace

Action DeclareUp(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  app.add_option("--slots", flags->service.slots,
                 "Jobs that run at once; the worker decides by default")
      ->check(CLI::Range(1, 1024));
  app.add_option("--listen", flags->service.listen,
                 "Where the server listens; port 0: any free one")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--http", flags->service.http, "Where the server shows its metrics")
      ->type_name("HOST:PORT");
  app.add_option("--data", flags->data, "Folder for all data; $XDG_DATA_HOME/geometer by default")
      ->type_name("DIR");
  app.add_option("--ready-file", flags->service.ready_file,
                 "File to write the server's address to once jobs can be submitted")
      ->type_name("FILE");
  return [flags](Environment& environment) { return Up(*flags, environment.console); };
}

}  // namespace geometer::client
