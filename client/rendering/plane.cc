#include "client/rendering/plane.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/rendering/number.h"
#include "client/rendering/text.h"

namespace geometer::client {
namespace {

constexpr absl::string_view kShades = " .:-=+*#%@";

// The smallest and the largest finite value; the first above the second where there is none.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

Range RangeOf(const Plane& plane) {
  Range range;
  for (const std::vector<double>& row : plane.values) {
    for (const double value : row) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  return range;
}

char Shade(double value, const Range& range) {
  if (!std::isfinite(value)) return '?';
  if (range.high <= range.low) return kShades.front();
  const double share = (value - range.low) / (range.high - range.low);
  const auto shades = static_cast<double>(kShades.size());
  return kShades[static_cast<size_t>(std::min(share * shades, shades - 1))];
}

std::string Ends(const std::vector<double>& places) {
  if (places.empty()) return "";
  return absl::StrCat(ShortNumber(places.front()), " to ", ShortNumber(places.back()));
}

}  // namespace

std::string PlaneScript(const Plane& plane, FigureFormat format) {
  std::string script = absl::StrCat(
      "set encoding utf8\nset terminal ", PictureTerminal(format), "\nset title ",
      GnuplotString(plane.title),
      "\nset size ratio -1\nset palette defined (0 '#ffffff', 1 '#56b4e9', 2 '#003a63')\n"
      "unset key\n$cells << EOD\n");
  for (size_t row = 0; row < plane.values.size(); ++row) {
    for (size_t column = 0; column < plane.values[row].size(); ++column) {
      absl::StrAppend(&script, GnuplotNumber(plane.x[column]), " ", GnuplotNumber(plane.y[row]),
                      " ", GnuplotNumber(plane.values[row][column]), "\n");
    }
  }
  return script + "EOD\nplot $cells using 1:2:3 with image\n";
}

std::string PlaneText(const Plane& plane) {
  const Range range = RangeOf(plane);
  std::string text;
  for (auto row = plane.values.rbegin(); row != plane.values.rend(); ++row) {
    std::string line;
    for (const double value : *row) line.append(2, Shade(value, range));
    absl::StrAppend(&text, line.substr(0, line.find_last_not_of(' ') + 1), "\n");
  }
  absl::StrAppend(&text, Printable(plane.title));
  if (range.low <= range.high) {
    absl::StrAppend(&text, ": ", ShortNumber(range.low), " to ", ShortNumber(range.high));
  }
  return absl::StrCat(text, "; x ", Ends(plane.x), ", y ", Ends(plane.y), "\n");
}

}  // namespace geometer::client
