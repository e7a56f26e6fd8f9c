#pragma once

#include <functional>
#include <istream>
#include <ostream>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/rendering/style.h"

namespace geometer::client {

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

// What a command reads from and writes to. Nothing else in the client touches the standard streams,
// the terminal or the time of day, so that tests see all that a user would see.
struct Console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  // Whether `out` is a terminal: live views are drawn there only.
  bool terminal = false;
  Style style = Style(false);
  std::function<TerminalSize()> size = [] { return TerminalSize(); };
  std::function<absl::Time()> now = [] { return absl::Now(); };
};

}  // namespace geometer::client
