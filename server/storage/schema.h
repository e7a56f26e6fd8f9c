#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace geometer::server {

// The texts of schema/*.sql in order of their numbers; generated from the files by the build.
const std::vector<absl::string_view>& SchemaScripts();

}  // namespace geometer::server
