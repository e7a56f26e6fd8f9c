#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/console.h"

namespace geometer::client {

// Points in order; x and y have the same length. Values that are not finite break the curve.
struct Curve {
  std::string label;
  std::vector<double> x;
  std::vector<double> y;
};

struct Figure {
  std::string title;
  std::string x_label;
  std::string y_label;  // on pictures only: text can't be turned
  bool log_x = false;
  bool log_y = false;
  std::vector<Curve> curves;
};

enum class FigureFormat { kText, kPng, kSvg };

// `text` as a gnuplot string that is nothing but that text: single-quoted, where gnuplot expands
// neither backquotes nor macros, with control characters made visible.
std::string GnuplotString(const std::string& text);

// `value` as gnuplot reads it; NaN where it is not finite.
std::string GnuplotNumber(double value);

// The terminal that writes pictures of `format`, which is not kText.
std::string PictureTerminal(FigureFormat format);

// The gnuplot script that writes `figure` to standard output. `size` is that of the terminal which
// kText is for.
std::string GnuplotScript(const Figure& figure, FigureFormat format, TerminalSize size);

// Runs `script`. Returns what it wrote; NOT_FOUND names the package where gnuplot is absent.
absl::StatusOr<std::string> RunGnuplot(const std::string& script);

}  // namespace geometer::client
