#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/commands.h"
#include "client/commands/flags.h"
#include "client/watching.h"

namespace geometer::client {

Action DeclareWatch(CLI::App& app) {
  auto ids = std::make_shared<std::vector<int64_t>>();
  AddJobIds(app, *ids);
  return [ids](Environment& environment) { return WatchJobs(*ids, environment); };
}

}  // namespace geometer::client
