#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace geometer::contract {

// A place in a file; both count from 1, the column in bytes.
struct Position {
  int line = 1;
  int column = 1;
};

// Something wrong with a file.
struct Problem {
  Position at;
  std::string message;
};

// The first byte sequence of `text` that no text file has: invalid UTF-8, or a control character
// other than tab and line breaks. (yaml-cpp would replace the one and take another, 0x04, for the
// end of the file.)
std::optional<Problem> FindBinary(absl::string_view text);

// `text` for a message: printable ASCII, the rest escaped, cut off after 40 bytes.
std::string Shown(absl::string_view text);

}  // namespace geometer::contract
