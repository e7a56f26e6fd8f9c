#include "client/commands/figure_file.h"

#include <CLI/CLI.hpp>

#include "absl/strings/match.h"
#include "client/atomic_file.h"

namespace geometer::client {

void AddFigureFile(CLI::App& app, std::string& path) {
  app.add_option("-O,--output", path, "Picture to write instead of text")
      ->type_name("FILE.png|FILE.svg")
      ->check([](const std::string& given) {
        const bool known = absl::EndsWith(given, ".png") || absl::EndsWith(given, ".svg");
        return known ? "" : "must end in .png or .svg";
      });
}

FigureFormat FormatOf(const std::string& path) {
  if (path.empty()) return FigureFormat::kText;
  return absl::EndsWith(path, ".svg") ? FigureFormat::kSvg : FigureFormat::kPng;
}

absl::Status WriteFigure(const std::string& script, const std::string& path, Console& console) {
  const auto drawing = RunGnuplot(script);
  if (!drawing.ok()) return drawing.status();
  AtomicFile file(path);
  file.Write(*drawing);
  absl::Status committed = file.Commit();
  if (committed.ok()) console.out << path << "\n";
  return committed;
}

}  // namespace geometer::client
