#include "client/rendering/text.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <cstdio>

namespace geometer::client {
namespace {

// One character of UTF-8 text.
struct Character {
  size_t bytes = 1;
  int columns = -1;  // -1: not printable
};

// Makes the C library's character functions read UTF-8 on this thread, whatever the user's locale.
class Utf8Locale {
 public:
  Utf8Locale() : previous_(uselocale(Utf8())) {}
  ~Utf8Locale() { uselocale(previous_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

  Character Next(std::string_view text) const {
    wchar_t wide = 0;
    mbstate_t state = {};
    const size_t bytes = mbrtowc(&wide, text.data(), text.size(), &state);
    if (bytes == 0 || bytes > text.size() || TurnsDirection(wide)) return {};
    return {bytes, wcwidth(wide)};
  }

 private:
  static locale_t Utf8() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  // Marks, embeddings, overrides and isolates of the bidirectional algorithm.
  static bool TurnsDirection(wchar_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
  }

  locale_t previous_;
};

}  // namespace

std::string Printable(std::string_view text) {
  const Utf8Locale locale;
  std::string result;
  while (!text.empty()) {
    const Character next = locale.Next(text);
    for (const char byte : text.substr(0, next.bytes)) {
      char escape[5];
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned char>(byte));
      next.columns < 0 ? result.append(escape) : result.append(1, byte);
    }
    text.remove_prefix(next.bytes);
  }
  return result;
}

int DisplayWidth(std::string_view text) {
  const Utf8Locale locale;
  int width = 0;
  while (!text.empty()) {
    const Character next = locale.Next(text);
    width += std::max(next.columns, 0);
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string PadRight(std::string text, int width) {
  text.append(std::max(0, width - DisplayWidth(text)), ' ');
  return text;
}

std::string PadLeft(std::string text, int width) {
  text.insert(0, std::max(0, width - DisplayWidth(text)), ' ');
  return text;
}

std::string Shorten(std::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  const Utf8Locale locale;
  size_t bytes = 0;
  for (int columns = 0; bytes < text.size();) {
    const Character next = locale.Next(text.substr(bytes));
    columns += std::max(next.columns, 0);
    if (columns > width - 1) break;
    bytes += next.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace geometer::client
