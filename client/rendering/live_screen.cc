#include "client/rendering/live_screen.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace geometer::client {

void LiveScreen::Draw(const std::vector<std::string>& lines, Console& console) {
  std::string frame = "\x1b[?7l";  // no wrapping
  if (drawn_ > 0) absl::StrAppend(&frame, "\x1b[", drawn_, "F");
  drawn_ = std::min(lines.size(), static_cast<size_t>(std::max(1, console.size().rows - 1)));
  for (size_t i = 0; i < drawn_; ++i) absl::StrAppend(&frame, lines[i], "\x1b[K\n");
  console.out << frame << "\x1b[J\x1b[?7h" << std::flush;
}

}  // namespace geometer::client
