#pragma once

#include <string>
#include <vector>

#include "client/console.h"

namespace geometer::client {

inline constexpr int kExitOk = 0;
inline constexpr int kExitRefused = 1;  // the job or the server said no
inline constexpr int kExitUsage = 2;    // wrong usage or a bad job file

// Runs the command that `arguments` (without the program's name) ask for and returns the program's
// exit code. Errors go to `console.err` as `geometer: MESSAGE`, one line an error.
//
// Where a flag is absent, CLI11 takes it from the environment variable that its help names, and
// else from its default: flag > environment > default, for every flag.
int RunCommandLine(std::vector<std::string> arguments, Console& console);

}  // namespace geometer::client
