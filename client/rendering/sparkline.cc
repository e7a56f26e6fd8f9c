#include "client/rendering/sparkline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace geometer::client {

std::string Sparkline(const std::vector<double>& values, int width) {
  static constexpr const char* kHeights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const size_t columns = std::min(values.size(), static_cast<size_t>(std::max(width, 0)));
  std::string line;
  for (size_t column = 0; column < columns; ++column) {
    const double value = values[(column + 1) * values.size() / columns - 1];
    // Halves, since high − low may overflow.
    const double height = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0;
    line += std::isfinite(value) ? kHeights[std::clamp(static_cast<int>(8 * height), 0, 7)] : "!";
  }
  return line;
}

}  // namespace geometer::client
