#pragma once

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/console.h"

namespace CLI {
class App;
}

namespace geometer::client {

// What a command works with.
struct Environment {
  Console& console;
  Connection& server;
};

// Does a command's work, after its flags were read. An error becomes the program's message and exit
// code (command_line.h).
using Action = std::function<absl::Status(Environment&)>;

// A row of the table of commands.
struct Command {
  const char* name;
  const char* summary;
  // Shown by --help.
  const char* example;
  // Declares flags on `app`, and returns the action that uses their values.
  Action (*declare)(CLI::App& app);
};

// All commands, in the order of the help: the one list of them.
const std::vector<Command>& Commands();

}  // namespace geometer::client
