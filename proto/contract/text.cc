#include "proto/contract/text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace geometer::contract {
namespace {

constexpr size_t kMostShown = 40;

// Bytes of the UTF-8 character that `text` begins with; 0 when it begins with none. Refuses what
// RFC 3629 does: overlong forms, surrogates, anything above U+10FFFF.
size_t CharacterLength(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2   ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  return byte(1) < lowest || byte(1) > highest ? 0 : length;
}

bool IsControl(char c) { return absl::ascii_iscntrl(c) && c != '\t' && c != '\n' && c != '\r'; }

Position PositionOf(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.line = 1 + static_cast<int>(std::ranges::count(before, '\n')),
          .column = 1 + static_cast<int>(offset - line_start)};
}

}  // namespace

std::optional<Problem> FindBinary(absl::string_view text) {
  for (size_t offset = 0; offset < text.size();) {
    const size_t length = CharacterLength(text.substr(offset));
    if (length == 0) return Problem{PositionOf(text, offset), "this is not UTF-8 text"};
    if (IsControl(text[offset])) {
      return Problem{
          PositionOf(text, offset),
          absl::StrCat("the control character 0x", absl::Hex(text[offset], absl::kZeroPad2),
                       " does not belong into a text file")};
    }
    offset += length;
  }
  return std::nullopt;
}

std::string Shown(absl::string_view text) {
  return absl::CHexEscape(text.substr(0, kMostShown)) + (text.size() > kMostShown ? "..." : "");
}

}  // namespace geometer::contract
