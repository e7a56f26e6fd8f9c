#include "client/rendering/sparkline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace geometer::client {
namespace {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

Range FiniteRange(const std::vector<StepValue>& points) {
  Range range;
  for (const StepValue& point : points) {
    if (!std::isfinite(point.value)) continue;
    range.low = std::min(range.low, point.value);
    range.high = std::max(range.high, point.value);
  }
  return range;
}

const char* Height(double value, const Range& range) {
  static constexpr const char* kHeights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (!std::isfinite(value)) return "!";
  if (!(range.high > range.low)) return kHeights[0];
  // Halves, since high − low may overflow.
  const double share = (value / 2 - range.low / 2) / (range.high / 2 - range.low / 2);
  return kHeights[std::clamp(static_cast<int>(8 * share), 0, 7)];
}

}  // namespace

std::string Sparkline(const std::vector<StepValue>& points, uint64_t last_step, int width) {
  const Range range = FiniteRange(points);
  std::string line;
  auto next = points.begin();
  for (int column = 1; column <= width; ++column) {
    const double end = static_cast<double>(last_step) * column / width;
    while (next != points.end() && static_cast<double>(next->step) <= end) ++next;
    line += next == points.begin() ? " " : Height(std::prev(next)->value, range);
  }
  return line;
}

}  // namespace geometer::client
