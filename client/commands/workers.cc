#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/rendering/time.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

std::vector<Cell> Row(const v1::Worker& worker, absl::Time now) {
  std::vector<std::string> devices;
  for (const int device : worker.devices()) {
    devices.push_back(contract::EnumName(static_cast<v1::Device>(device)));
  }
  return {{worker.id()},
          {worker.host()},
          {static_cast<int64_t>(worker.slots())},
          {absl::StrJoin(devices, " ")},
          {absl::StrJoin(worker.job_ids(), " ")},
          {worker.version()},
          TimeCell(worker.connect_time(), now)};
}

absl::Status Workers(TableFormat format, Environment& environment) {
  const auto response =
      environment.server.Call(&v1::JobService::Stub::ListWorkers, v1::ListWorkersRequest());
  if (!response.ok()) return response.status();
  Table table({{"id", "ID"},
               {"host", "HOST"},
               {"slots", "SLOTS", true},
               {"devices", "DEVICES"},
               {"job_ids", "JOBS"},
               {"version", "VERSION"},
               {"connect_time", "CONNECTED FOR", true}});
  for (const v1::Worker& worker : response->workers()) {
    table.AddRow(Row(worker, environment.console.now()));
  }
  environment.console.out << table.Render(format, environment.console.style);
  return absl::OkStatus();
}

}  // namespace

Action DeclareWorkers(CLI::App& app) {
  auto format = std::make_shared<TableFormat>(TableFormat::kTable);
  AddFormat(app, *format);
  return [format](Environment& environment) { return Workers(*format, environment); };
}

}  // namespace geometer::client
