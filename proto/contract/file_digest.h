#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

namespace geometer::contract {

// SHA-256 of a file's bytes, lower-case hexadecimal; UNAVAILABLE when it can't be read.
absl::StatusOr<std::string> Sha256OfFile(const std::filesystem::path& file);

}  // namespace geometer::contract
