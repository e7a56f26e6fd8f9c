#pragma once

#include <string>
#include <vector>

#include "client/rendering/gnuplot.h"

namespace geometer::client {

// Values on an even grid of the plane.
struct Plane {
  std::string title;
  std::vector<double> x;                    // of the columns, rising
  std::vector<double> y;                    // of the rows, rising
  std::vector<std::vector<double>> values;  // by row; those that are not finite stay white
};

// The gnuplot script that writes `plane` to standard output, as a picture with a scale of colours.
std::string PlaneScript(const Plane& plane, FigureFormat format);

// `plane` as text, the largest y above: two characters a value, from ' ' for the smallest to '@'
// for the largest, '?' for those that are not finite; the title and the ends of all scales below.
std::string PlaneText(const Plane& plane);

}  // namespace geometer::client
