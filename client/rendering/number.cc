#include "client/rendering/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"

namespace geometer::client {

std::string ShortNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "∞" : "-∞";
  const bool all_digits = std::abs(value) >= 1e4 && std::abs(value) < 1e7;
  return all_digits ? absl::StrFormat("%.0f", value) : absl::StrFormat("%.4g", value);
}

std::string ExactNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

std::string Duration(double seconds) {
  if (seconds < 9.95) return absl::StrFormat("%.1f s", std::max(seconds, 0.0));
  const auto whole = static_cast<int64_t>(std::llround(std::min(seconds, 1e15)));
  if (whole < 60) return absl::StrFormat("%d s", whole);
  if (whole < 3600) return absl::StrFormat("%d min %02d s", whole / 60, whole % 60);
  if (whole < 86400) return absl::StrFormat("%d h %02d min", whole / 3600, whole / 60 % 60);
  return absl::StrFormat("%d d %d h", whole / 86400, whole / 3600 % 24);
}

std::string Bytes(uint64_t bytes) {
  if (bytes < 1024) return absl::StrFormat("%d B", bytes);
  double scaled = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (scaled < 1024) break;
    scaled /= 1024;
    unit = larger;
  }
  return absl::StrFormat("%.1f %s", scaled, unit);
}

std::string Percent(double share) {
  if (!(share > 0)) return "0 %";
  return absl::StrFormat("%d %%", static_cast<int>(100 * std::min(share, 1.0)));
}

}  // namespace geometer::client
