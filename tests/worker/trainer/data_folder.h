#pragma once

#include <cstdlib>
#include <filesystem>

namespace geometer::trainer {

// Where deploy/data.sh puts data sets.
inline std::filesystem::path DataFolder() {
  if (const char* folder = std::getenv("GEOMETER_DATA_DIR")) return folder;
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) {
    return std::filesystem::path(cache) / "geometer/data";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/") / ".cache/geometer/data";
}

}  // namespace geometer::trainer
