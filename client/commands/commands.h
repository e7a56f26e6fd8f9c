#pragma once

#include "client/commands/command.h"

// One function a command, each defined in the file of its name. See Command::declare.
namespace geometer::client {

Action DeclareArtifacts(CLI::App& app);
Action DeclareCancel(CLI::App& app);
Action DeclareCompletion(CLI::App& app);
Action DeclareDelete(CLI::App& app);
Action DeclareForgetting(CLI::App& app);
Action DeclareList(CLI::App& app);
Action DeclareLogs(CLI::App& app);
Action DeclareMap(CLI::App& app);
Action DeclarePlot(CLI::App& app);
Action DeclarePoints(CLI::App& app);
Action DeclareShow(CLI::App& app);
Action DeclareSubmit(CLI::App& app);
Action DeclareUp(CLI::App& app);
Action DeclareValidate(CLI::App& app);
Action DeclareVersion(CLI::App& app);
Action DeclareWatch(CLI::App& app);
Action DeclareWorkers(CLI::App& app);

}  // namespace geometer::client
