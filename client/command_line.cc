#include "client/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/commands/command.h"
#include "client/rendering/text.h"
#include "proto/contract/nearest.h"

namespace geometer::client {
namespace {

int ExitCode(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  return absl::IsInvalidArgument(status) ? kExitUsage : kExitRefused;
}

void PrintError(absl::string_view message, Console& console) {
  console.out.flush();
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(message, '\n', absl::SkipEmpty()))) {
    console.err << "geometer: " << Printable(line) << "\n";
  }
}

// What is wrong with a command line that CLI11 refused.
std::string UsageError(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> rest = app.remaining();
  if (!app.get_subcommands().empty()) {
    const CLI::App* command = app.get_subcommands().front();
    return absl::StrCat(error.what(), "; see geometer ", command->get_name(), " --help");
  }
  if (rest.empty()) return absl::StrCat(error.what(), "; see geometer --help");
  if (rest.front().front() == '-') {
    return absl::StrCat("unknown flag ", rest.front(), "; see geometer --help");
  }
  std::vector<std::string> names;
  for (const Command& command : Commands()) names.emplace_back(command.name);
  return absl::StrCat("unknown command ", rest.front(), contract::DidYouMean(rest.front(), names),
                      "; see geometer --help");
}

// Declares every command of the table; the one that is parsed leaves its action in `chosen`.
void DeclareCommands(CLI::App& app, Action& chosen) {
  app.require_subcommand(1);
  for (const Command& command : Commands()) {
    CLI::App* declared = app.add_subcommand(command.name, command.summary);
    declared->fallthrough();
    declared->footer(absl::StrCat("Example:\n  ", command.example));
    declared->callback([&chosen, action = command.declare(*declared)] { chosen = action; });
  }
}

}  // namespace

int RunCommandLine(std::vector<std::string> arguments, Console& console) {
  CLI::App app("Experiments on the geometry of gradient descent.", "geometer");
  app.footer("Start here:\n  geometer up\n  geometer submit job.yaml --watch   (in another shell)");
  app.set_version_flag("--version", "geometer " GEOMETER_VERSION, "Print the version");
  std::string address = "127.0.0.1:7230";
  app.add_option("--server", address, "Address of the server")
      ->type_name("HOST:PORT")
      ->envname("GEOMETER_SERVER")
      ->capture_default_str();
  Action chosen;
  DeclareCommands(app, chosen);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, console.out, console.err);
    PrintError(UsageError(app, error), console);
    return kExitUsage;
  }
  Connection server(address);
  Environment environment{console, server};
  const absl::Status status = chosen(environment);
  if (!status.ok()) PrintError(status.message(), console);
  return ExitCode(status);
}

}  // namespace geometer::client
