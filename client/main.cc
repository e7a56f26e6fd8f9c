#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "client/command_line.h"

namespace geometer::client {
namespace {

TerminalSize SizeOfTerminal() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return {size.ws_col, size.ws_row};
}

// https://no-color.org: any value but the empty one.
bool WantsColour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

int Main(int argc, char** argv) {
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  Console console{.in = std::cin,
                  .out = std::cout,
                  .err = std::cerr,
                  .terminal = terminal,
                  .style = Style(terminal && WantsColour()),
                  .size = SizeOfTerminal};
  const int code = RunCommandLine({argv + 1, argv + argc}, console);
  std::cout.flush();
  return std::cout || code != kExitOk ? code : kExitRefused;
}

}  // namespace
}  // namespace geometer::client

int main(int argc, char** argv) { return geometer::client::Main(argc, argv); }
