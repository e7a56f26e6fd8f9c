#include "server/storage/point_table.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/curve.h"
#include "server/storage/series_table.h"
#include "server/storage/text_rules.h"

namespace geometer::server {
namespace {

constexpr int kMaxPoints = 10'000;
constexpr uint64_t kMaxStep = uint64_t{1} << 53;
constexpr uint64_t kMaxSamples = uint64_t{1} << 53;

template <typename Column>
absl::Status CheckLength(const char* name, const Column& column, int length) {
  if (column.empty() || column.size() == length) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("points.", name, ": ", column.size(), " values for ", length, " steps"));
}

absl::Status CheckLengths(const v1::Points& points) {
  const int length = points.step_size();
  if (points.value_size() != length || points.series_index_size() != length) {
    return absl::InvalidArgumentError("points.value, points.series_index: one for each step");
  }
  for (const absl::Status& status : {CheckLength("standard_error", points.standard_error(), length),
                                     CheckLength("residual", points.residual(), length),
                                     CheckLength("samples", points.samples(), length),
                                     CheckLength("convergence", points.convergence(), length),
                                     CheckLength("seconds", points.seconds(), length),
                                     CheckLength("elapsed", points.elapsed(), length)}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckPoint(const v1::Points& points, int i) {
  if (points.series_index(i) >= static_cast<uint32_t>(points.series_size())) {
    return absl::InvalidArgumentError(
        absl::StrCat("points.series_index: ", points.series_index(i), " is out of range"));
  }
  if (points.step(i) > kMaxStep) return absl::InvalidArgumentError("points.step: at most 2^53");
  if (points.samples_size() > 0 && points.samples(i) > kMaxSamples) {
    return absl::InvalidArgumentError("points.samples: at most 2^53");
  }
  if (points.convergence_size() > 0 && !v1::Convergence_IsValid(points.convergence(i))) {
    return absl::InvalidArgumentError("points.convergence: unknown value");
  }
  return absl::OkStatus();
}

// A series that points are being added to.
struct OpenSeries {
  int64_t id = 0;
  int64_t last_step = -1;  // no later point than this exists
  std::vector<Sample> added = {};
  std::optional<int> newest = {};  // index of its newest new point
};

std::vector<OpenSeries> OpenAll(Database& database, int64_t job_id, int64_t resume_step,
                                const v1::Points& points) {
  std::vector<OpenSeries> all;
  for (const v1::Series& series : points.series()) {
    const int64_t id = InternSeries(database, job_id, series);
    Statement latest = database.Query("SELECT step FROM latest_point WHERE series = ?1", id);
    const int64_t last_step = latest.Next() ? latest.Column<int64_t>(0) : -1;
    all.push_back({.id = id, .last_step = std::max(last_step, resume_step)});
  }
  return all;
}

// The column's value at `i`, or absent.
template <typename Column>
auto At(const Column& column, int i) {
  return column.empty() ? std::nullopt : std::optional(column[i]);
}

std::optional<bool> Converged(const v1::Points& points, int i) {
  const auto convergence = At(points.convergence(), i).value_or(v1::CONVERGENCE_UNSPECIFIED);
  if (convergence == v1::CONVERGENCE_UNSPECIFIED) return std::nullopt;
  return convergence == v1::CONVERGENCE_REACHED;
}

void InsertPoint(Database& database, int64_t attempt_id, int64_t series_id,
                 const v1::Points& points, int i) {
  const uint64_t samples = At(points.samples(), i).value_or(0);
  database.Run(
      "INSERT INTO point (attempt, series, step, value, standard_error, residual, samples, "
      "converged,"
      " seconds, elapsed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      attempt_id, series_id, points.step(i), points.value(i), At(points.standard_error(), i),
      At(points.residual(), i), samples > 0 ? std::optional(samples) : std::nullopt,
      Converged(points, i), At(points.seconds(), i), At(points.elapsed(), i));
}

void SaveLatest(Database& database, const OpenSeries& series, const v1::Points& points) {
  const int i = *series.newest;
  database.Run(
      "INSERT OR REPLACE INTO latest_point (series, step, value, converged)"
      " VALUES (?1, ?2, ?3, ?4)",
      series.id, points.step(i), points.value(i), Converged(points, i));
}

}  // namespace

absl::Status CheckPoints(const v1::Points& points) {
  if (points.step_size() > kMaxPoints || points.series_size() > kMaxPoints) {
    return absl::InvalidArgumentError(absl::StrCat("points: at most ", kMaxPoints, " of them"));
  }
  if (absl::Status status = CheckLengths(points); !status.ok()) return status;
  for (const v1::Series& series : points.series()) {
    if (absl::Status status = CheckSeries(series); !status.ok()) return status;
  }
  for (int i = 0; i < points.step_size(); ++i) {
    if (absl::Status status = CheckPoint(points, i); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status InsertPoints(Database& database, int64_t job_id, int64_t attempt_id,
                          int64_t resume_step, const v1::Points& points) {
  std::vector<OpenSeries> all = OpenAll(database, job_id, resume_step, points);
  for (int i = 0; i < points.step_size(); ++i) {
    OpenSeries& series = all[points.series_index(i)];
    const int64_t step = points.step(i);
    if (step <= series.last_step) {
      return absl::InvalidArgumentError(absl::StrCat(
          "points.step: ", step, " is not beyond step ", series.last_step, " of its series '",
          points.series(points.series_index(i)).ShortDebugString(), "'"));
    }
    InsertPoint(database, attempt_id, series.id, points, i);
    series.added.push_back({step, points.value(i)});
    series.last_step = step;
    series.newest = i;
  }
  for (const OpenSeries& series : all) {
    if (!series.newest) continue;
    SaveLatest(database, series, points);
    Curve(database, job_id, series.id).Append(series.added);
  }
  return absl::OkStatus();
}

void RollBackPoints(Database& database, int64_t job_id, int64_t step) {
  std::vector<int64_t> cut;
  Statement rows = database.Query(
      "SELECT id FROM series JOIN latest_point ON latest_point.series = series.id"
      " WHERE job = ?1 AND step > ?2",
      job_id, step);
  while (rows.Next()) cut.push_back(rows.Column<int64_t>(0));
  for (int64_t series_id : cut) {
    Curve(database, job_id, series_id).Truncate(step);
    database.Run("DELETE FROM latest_point WHERE series = ?1", series_id);
    database.Run(
        "INSERT INTO latest_point (series, step, value, converged)"
        " SELECT series, step, value, converged FROM live_point WHERE job = ?1 AND series = ?2"
        " ORDER BY attempt DESC, step DESC LIMIT 1",
        job_id, series_id);
  }
}

}  // namespace geometer::server
