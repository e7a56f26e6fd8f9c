#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/contract/text.h"

namespace geometer::contract {

// A YAML document as it was written: scalars are text that has no type yet.
struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  Position at;
  // Of a scalar: its text without quotes and escapes, and whether it was quoted.
  std::string text;
  bool quoted = false;
  // Elements of a list, or values of a map.
  std::vector<YamlNode> items;
  // Keys of a map, one for each item; duplicates are kept.
  std::vector<YamlNode> keys;
};

// "a list", "a group", "nothing", or the scalar itself, "'010'" or "the text \"12\"".
std::string Describe(const YamlNode& node);

// Reads a text of one document into a tree. Returns nothing, and at least one problem, for what is
// not YAML, larger than 1 MiB, binary, empty, several documents, deeper than 32 levels, or uses
// anchors, aliases or tags. No exception of yaml-cpp leaves it, and its stack use is bounded.
std::optional<YamlNode> ReadYaml(absl::string_view text, std::vector<Problem>& problems);

}  // namespace geometer::contract
