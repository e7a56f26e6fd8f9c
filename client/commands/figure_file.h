#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/console.h"
#include "client/rendering/gnuplot.h"

namespace CLI {
class App;
}

// Pictures that commands write.
namespace geometer::client {

// `-O FILE.png|FILE.svg`.
void AddFigureFile(CLI::App& app, std::string& path);

// The format of a picture at `path`; text where it is empty.
FigureFormat FormatOf(const std::string& path);

// Draws `script` into the file at `path`, at once or not at all, and says so.
absl::Status WriteFigure(const std::string& script, const std::string& path, Console& console);

}  // namespace geometer::client
