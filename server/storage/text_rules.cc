#include "server/storage/text_rules.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace geometer::server {
namespace {

// Bytes of the character that begins with `first`; 0: no character begins so.
size_t CharacterLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

// Whether `character`, of the length that its first byte says, is well formed: continuation bytes,
// no overlong form, no surrogate, nothing beyond U+10FFFF.
bool IsWellFormed(absl::string_view character) {
  static constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const size_t length = character.size();
  uint32_t code =
      static_cast<unsigned char>(character[0]) & (length == 1 ? 0x7f : 0xff >> (length + 1));
  for (unsigned char byte : character.substr(1)) {
    if ((byte & 0xc0) != 0x80) return false;
    code = code << 6 | (byte & 0x3f);
  }
  return code >= kSmallest[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = CharacterLength(text[0]);
    if (length == 0 || length > text.size() || !IsWellFormed(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": at most ", max_bytes, " bytes, got ", text.size()));
  }
  if (text.find('\0') != text.npos || !IsUtf8(text)) {
    return absl::InvalidArgumentError(absl::StrCat(field, ": must be UTF-8 without NUL"));
  }
  return absl::OkStatus();
}

absl::Status CheckFileName(absl::string_view name) {
  if (absl::Status status = CheckText("name", name, 128); !status.ok()) return status;
  const bool plain = std::none_of(name.begin(), name.end(),
                                  [](unsigned char c) { return c < ' ' || c == '/' || c == 0x7f; });
  if (name.empty() || name[0] == '.' || absl::EndsWith(name, ".part") || !plain) {
    return absl::InvalidArgumentError(
        "name: must be a plain file name without folders, not *.part");
  }
  return absl::OkStatus();
}

}  // namespace geometer::server
