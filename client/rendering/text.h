#pragma once

#include <string>
#include <string_view>

namespace geometer::client {

// `text` made safe to show: control characters (line ends and escape sequences among them), invalid
// UTF-8 and characters that turn the reading direction become visible, as `\x1b`. What a server or
// a job file holds reaches a terminal through this alone.
std::string Printable(std::string_view text);

// Columns that `text`, as Printable returns it, takes on a terminal: two for a wide character, none
// for a combining one.
int DisplayWidth(std::string_view text);

// `text` with spaces after (before) it up to `width` columns; unchanged where it is wider.
std::string PadRight(std::string text, int width);
std::string PadLeft(std::string text, int width);

// `text`, cut to `width` columns with an ellipsis at its end where it is wider.
std::string Shorten(std::string_view text, int width);

}  // namespace geometer::client
