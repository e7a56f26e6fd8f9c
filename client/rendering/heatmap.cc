#include "client/rendering/heatmap.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/rendering/number.h"

namespace geometer::client {
namespace {

// ('a' 0, 'b' 1): names beside their cells.
std::string Tics(const std::vector<std::string>& names) {
  std::vector<std::string> tics;
  for (size_t i = 0; i < names.size(); ++i) {
    tics.push_back(absl::StrCat(GnuplotString(names[i]), " ", i));
  }
  return absl::StrCat("(", absl::StrJoin(tics, ", "), ")");
}

}  // namespace

std::string HeatmapScript(const Heatmap& map, FigureFormat format) {
  std::string script = absl::StrCat(
      "set encoding utf8\nset terminal ", PictureTerminal(format), "\nset title ",
      GnuplotString(map.title), "\nset xlabel ", GnuplotString(map.x_label), "\nset ylabel ",
      GnuplotString(map.y_label), "\nset xtics ", Tics(map.columns), "\nset ytics ", Tics(map.rows),
      "\nset xrange [-0.5:", map.columns.size(), "-0.5]\nset yrange [", map.rows.size(),
      "-0.5:-0.5]\nset tics scale 0\nset palette defined (0 '#ffffff', 1 '#56b4e9')\n",
      "unset key\n$cells << EOD\n");
  for (size_t row = 0; row < map.values.size(); ++row) {
    for (size_t column = 0; column < map.values[row].size(); ++column) {
      const double value = map.values[row][column];
      absl::StrAppend(&script, column, " ", row, " ", GnuplotNumber(value), " ",
                      std::isfinite(value) ? ShortNumber(value) : "-", "\n");
    }
  }
  return script +
         "EOD\nplot $cells using 1:2:3 with image, $cells using 1:2:4 with labels font ',11'\n";
}

}  // namespace geometer::client
