#include "worker/trainer/points_csv.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "proto/contract/names.h"

namespace geometer::trainer {
namespace {

constexpr char kHeader[] =
    "probe,quantity,split,task,learner,index,step,value,standard_error,residual,samples,converged,"
    "seconds,elapsed\n";
constexpr size_t kStepColumn = 6;

std::string Number(double value) {
  if (std::isnan(value)) return "nan";  // never "-nan"
  return absl::StrFormat("%.17g", value);
}

// For columns in which NaN stands for absent.
std::string Optional(double value) { return std::isnan(value) ? "" : Number(value); }

std::string SplitName(v1::Split split) {
  return split == v1::SPLIT_UNSPECIFIED ? "" : contract::EnumName(split);
}

std::string Converged(int convergence) {
  if (convergence == v1::CONVERGENCE_UNSPECIFIED) return "";
  return convergence == v1::CONVERGENCE_REACHED ? "true" : "false";
}

std::string Line(const v1::Points& points, int i) {
  const v1::Series& series = points.series(static_cast<int>(points.series_index(i)));
  const uint64_t samples = points.samples(i);
  return absl::StrCat(
      series.probe(), ",", series.quantity(), ",", SplitName(series.split()), ",", series.task(),
      ",", series.learner(), ",", series.index(), ",", points.step(i), ",", Number(points.value(i)),
      ",", Optional(points.standard_error(i)), ",", Optional(points.residual(i)), ",",
      samples == 0 ? "" : absl::StrCat(samples), ",", Converged(points.convergence(i)), ",",
      Number(points.seconds(i)), ",", Number(points.elapsed(i)), "\n");
}

// The lines of the file at `path` that a resume from `step` leaves valid.
std::string LinesUpTo(const std::filesystem::path& path, uint64_t step) {
  std::string kept;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, ',');
    uint64_t at = 0;
    const bool is_point = fields.size() > kStepColumn && absl::SimpleAtoi(fields[kStepColumn], &at);
    if (is_point && at <= step) absl::StrAppend(&kept, line, "\n");
  }
  return kept;
}

}  // namespace

absl::Status PointsFile::Open(const std::filesystem::path& path, uint64_t resumed_step) {
  const std::string kept = resumed_step > 0 ? LinesUpTo(path, resumed_step) : "";
  file_.open(path, std::ios::trunc);
  file_ << kHeader << kept << std::flush;
  if (file_.good()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(path.string(), " can't be written"));
}

void PointsFile::Append(const v1::Points& points) {
  for (int i = 0; i < points.step_size(); ++i) file_ << Line(points, i);
  file_.flush();
}

}  // namespace geometer::trainer
