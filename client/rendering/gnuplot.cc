#include "client/rendering/gnuplot.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/child_process.h"
#include "client/rendering/number.h"
#include "client/rendering/text.h"

namespace geometer::client {
namespace {

// Okabe and Ito's colours, which people with any kind of colour vision can tell apart.
constexpr const char* kColours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                    "#e69f00", "#56b4e9", "#000000"};

std::string Terminal(FigureFormat format, TerminalSize size) {
  if (format != FigureFormat::kText) return PictureTerminal(format);
  // Without colours: with them gnuplot draws all curves by the same character.
  return absl::StrFormat("dumb size %d,%d noenhanced mono", size.columns, size.rows);
}

std::string DataBlock(size_t index, const Curve& curve) {
  std::string block = absl::StrCat("$curve", index, " << EOD\n");
  for (size_t i = 0; i < curve.x.size(); ++i) {
    absl::StrAppend(&block, GnuplotNumber(curve.x[i]), " ", GnuplotNumber(curve.y[i]), "\n");
  }
  return block + "EOD\n";
}

}  // namespace

std::string GnuplotString(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(Printable(text), {{"'", "''"}}), "'");
}

std::string GnuplotNumber(double value) {
  return std::isfinite(value) ? ExactNumber(value) : "NaN";
}

std::string PictureTerminal(FigureFormat format) {
  if (format == FigureFormat::kSvg) {
    return "svg size 1000,625 noenhanced font 'sans,14' linewidth 2 background rgb 'white'";
  }
  return "pngcairo size 1200,750 noenhanced font 'sans,13' linewidth 2";
}

std::string GnuplotScript(const Figure& figure, FigureFormat format, TerminalSize size) {
  std::string script = absl::StrCat("set encoding utf8\nset terminal ", Terminal(format, size),
                                    "\nset title ", GnuplotString(figure.title), "\nset xlabel ",
                                    GnuplotString(figure.x_label), "\n");
  if (figure.log_x) script += "set logscale x\n";
  if (figure.log_y) script += "set logscale y\n";
  if (format == FigureFormat::kText) {
    // Below, since gnuplot leaves out silently what has no room beside the curves.
    script += "set key below left vertical Left reverse\n";
  } else {
    // Above, where it covers neither a curve nor the axis' label.
    absl::StrAppend(
        &script, "set key above Left reverse\nset ylabel ", GnuplotString(figure.y_label), "\n",
        "set grid linecolor rgb '#dddddd' linewidth 0.5\n", "set border 3\nset tics nomirror\n");
  }
  std::vector<std::string> plots;
  for (size_t i = 0; i < figure.curves.size(); ++i) {
    absl::StrAppend(&script, DataBlock(i, figure.curves[i]));
    std::string plot = absl::StrCat(
        "$curve", i, " using 1:2 with lines title ",
        GnuplotString((format == FigureFormat::kText ? " " : "") + figure.curves[i].label));
    if (format != FigureFormat::kText) {
      absl::StrAppend(&plot, " linecolor rgb '", kColours[i % std::size(kColours)], "' dashtype ",
                      i / std::size(kColours) + 1);
    }
    plots.push_back(std::move(plot));
  }
  return absl::StrCat(script, "plot ", absl::StrJoin(plots, ", "), "\n");
}

absl::StatusOr<std::string> RunGnuplot(const std::string& script) {
  auto output = RunProgram({"gnuplot"}, script);
  if (absl::IsNotFound(output.status())) {
    return absl::NotFoundError(
        "figures are drawn by gnuplot, which is not installed; install the package gnuplot-nox");
  }
  if (!output.ok()) return output.status();
  if (output->wait_status != 0 || output->out.empty()) {
    return absl::InternalError(absl::StrCat(
        "gnuplot failed with ", WaitStatusText(output->wait_status), ": ", output->err));
  }
  return std::move(output->out);
}

}  // namespace geometer::client
