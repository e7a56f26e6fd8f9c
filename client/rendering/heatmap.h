#pragma once

#include <string>
#include <vector>

#include "client/rendering/gnuplot.h"

namespace geometer::client {

// A matrix as coloured cells with their numbers, the first row above.
struct Heatmap {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<std::string> columns;
  std::vector<std::string> rows;
  std::vector<std::vector<double>> values;  // by row; those that are not finite stay white
};

// The gnuplot script that writes `map` to standard output, as a picture.
std::string HeatmapScript(const Heatmap& map, FigureFormat format);

}  // namespace geometer::client
