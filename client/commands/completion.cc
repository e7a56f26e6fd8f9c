#include "client/completion.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "client/commands/choice.h"
#include "client/commands/commands.h"

namespace geometer::client {

Action DeclareCompletion(CLI::App& app) {
  auto shell = std::make_shared<Shell>();
  AddChoice<Shell>(app, "SHELL", "bash, zsh or fish",
                   {{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}},
                   [shell](Shell value) { *shell = value; })
      ->expected(1)
      ->required();
  return [shell, &app](Environment& environment) {
    environment.console.out << CompletionScript(*app.get_parent(), *shell);
    return absl::OkStatus();
  };
}

}  // namespace geometer::client
