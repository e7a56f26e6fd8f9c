#pragma once

#include <string>
#include <vector>

#include "client/console.h"

namespace geometer::client {

// Lines at the end of a terminal's output that are drawn again and again in the same place.
class LiveScreen {
 public:
  // Replaces the lines of the last Draw. Lines wider than the terminal are cut by it; lines that
  // don't fit its height are left out at the end.
  void Draw(const std::vector<std::string>& lines, Console& console);

 private:
  size_t drawn_ = 0;
};

}  // namespace geometer::client
