#pragma once

#include <string>
#include <string_view>

namespace geometer::client {

// What a colour means here.
enum class Tone { kPlain, kGood, kBad, kWarning, kActive, kFaint, kStrong };

// Colours text on terminals that want it.
class Style {
 public:
  explicit Style(bool coloured) : coloured_(coloured) {}

  // `text` between the escape sequences of `tone`; `text` itself when not coloured.
  std::string Paint(Tone tone, std::string_view text) const;

 private:
  bool coloured_;
};

}  // namespace geometer::client
