#include "client/rendering/style.h"

#include "absl/strings/str_cat.h"

namespace geometer::client {
namespace {

// The parameters of "select graphic rendition".
const char* Code(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "0";
    case Tone::kGood:
      return "32";
    case Tone::kBad:
      return "31";
    case Tone::kWarning:
      return "33";
    case Tone::kActive:
      return "36";
    case Tone::kFaint:
      return "2";
    case Tone::kStrong:
      return "1";
  }
  return "0";
}

}  // namespace

std::string Style::Paint(Tone tone, std::string_view text) const {
  if (!coloured_ || tone == Tone::kPlain) return std::string(text);
  return absl::StrCat("\x1b[", Code(tone), "m", std::string(text), "\x1b[0m");
}

}  // namespace geometer::client
