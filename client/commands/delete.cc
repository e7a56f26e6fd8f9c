#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"

namespace geometer::client {
namespace {

absl::Status Delete(const std::vector<int64_t>& ids, Environment& environment) {
  for (const int64_t id : ids) {
    v1::DeleteJobRequest request;
    request.set_job_id(id);
    const auto response = environment.server.Call(&v1::JobService::Stub::DeleteJob, request);
    if (!response.ok()) return response.status();
    environment.console.out << "job " << id << ": deleted\n";
  }
  return absl::OkStatus();
}

}  // namespace

Action DeclareDelete(CLI::App& app) {
  auto ids = std::make_shared<std::vector<int64_t>>();
  AddJobIds(app, *ids);
  return [ids](Environment& environment) { return Delete(*ids, environment); };
}

}  // namespace geometer::client
