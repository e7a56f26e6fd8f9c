#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/rendering/job_view.h"

namespace geometer::client {
namespace {

absl::Status Cancel(const std::vector<int64_t>& ids, Environment& environment) {
  for (const int64_t id : ids) {
    v1::CancelJobRequest request;
    request.set_job_id(id);
    const auto response = environment.server.Call(&v1::JobService::Stub::CancelJob, request);
    if (!response.ok()) return response.status();
    environment.console.out << "job " << id << ": " << EndText(response->job()) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

Action DeclareCancel(CLI::App& app) {
  auto ids = std::make_shared<std::vector<int64_t>>();
  AddJobIds(app, *ids);
  return [ids](Environment& environment) { return Cancel(*ids, environment); };
}

}  // namespace geometer::client
