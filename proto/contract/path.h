#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace geometer::contract {

// One step of a path such as "probes[1].every.steps" or "probes[+].name".
struct PathStep {
  std::string field;
  // What the brackets hold: the place of an element, from 0.
  std::optional<int> index;
  // The brackets hold "+": a new element at the end.
  bool append = false;
};

// The steps of a path, at least one; INVALID_ARGUMENT for anything else.
absl::StatusOr<std::vector<PathStep>> ParsePath(absl::string_view path);

}  // namespace geometer::contract
