#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/rendering/text.h"

namespace geometer::client {
namespace {

struct Flags {
  int64_t id = 0;
  uint32_t tail = 0;
};

absl::Status Logs(const Flags& flags, Environment& environment) {
  v1::ReadLogsRequest request;
  request.set_job_id(flags.id);
  request.set_tail(flags.tail);
  return environment.server
      .Read<v1::ResultService::Stub, v1::ReadLogsRequest, v1::ReadLogsResponse>(
          &v1::ResultService::Stub::ReadLogs, request, [&](const v1::ReadLogsResponse& response) {
            for (const std::string& line : response.lines()) {
              environment.console.out << Printable(line) << "\n";
            }
            return absl::OkStatus();
          });
}

}  // namespace

Action DeclareLogs(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  AddJobId(app, flags->id);
  app.add_option("--tail", flags->tail, "Only the last so many lines");
  return [flags](Environment& environment) { return Logs(*flags, environment); };
}

}  // namespace geometer::client
