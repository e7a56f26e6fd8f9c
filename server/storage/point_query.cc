#include "server/storage/point_query.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/storage/curve.h"

namespace geometer::server {
namespace {

constexpr int kPointsPerPart = 10'000;
constexpr uint64_t kMaxStep = uint64_t{1} << 53;

bool Selects(const v1::Series& filter, const v1::Series& series) {
  return (filter.probe().empty() || filter.probe() == series.probe()) &&
         (filter.quantity().empty() || filter.quantity() == series.quantity()) &&
         (filter.split() == v1::SPLIT_UNSPECIFIED || filter.split() == series.split());
}

// Appends a row of kPointColumns as a point of the newest of `points`' series.
constexpr char kPointColumns[] =
    "step, value, standard_error, residual, samples, converged, seconds, elapsed";
void AddRow(const Statement& row, v1::Points& points) {
  points.add_series_index(points.series_size() - 1);
  points.add_step(row.Column<uint64_t>(0));
  points.add_value(row.Column<double>(1));
  points.add_standard_error(row.Column<double>(2));
  points.add_residual(row.Column<double>(3));
  points.add_samples(row.Column<uint64_t>(4));
  const auto converged = row.Column<std::optional<bool>>(5);
  points.add_convergence(!converged   ? v1::CONVERGENCE_UNSPECIFIED
                         : *converged ? v1::CONVERGENCE_REACHED
                                      : v1::CONVERGENCE_NOT_REACHED);
  points.add_seconds(row.Column<double>(6));
  points.add_elapsed(row.Column<double>(7));
}

void ClearIfAllNaN(google::protobuf::RepeatedField<double>* column) {
  const bool all = std::all_of(column->begin(), column->end(), [](double x) { return x != x; });
  if (all) column->Clear();
}

// Leaves out the columns that say nothing.
void ClearAbsentColumns(v1::Points& points) {
  ClearIfAllNaN(points.mutable_standard_error());
  ClearIfAllNaN(points.mutable_residual());
  ClearIfAllNaN(points.mutable_seconds());
  ClearIfAllNaN(points.mutable_elapsed());
  const auto none = [](const auto& column) {
    return std::all_of(column.begin(), column.end(), [](auto x) { return x == 0; });
  };
  if (none(points.samples())) points.clear_samples();
  if (none(points.convergence())) points.clear_convergence();
}

}  // namespace

absl::StatusOr<PointPart> PointQuery::Part(const PointCursor& cursor) {
  if (absl::Status status = Check(); !status.ok()) return status;
  const std::vector<KnownSeries> all = Matching();
  auto series = all.begin();
  if (cursor.series_id != 0) {
    series = std::find_if(all.begin(), all.end(),
                          [&](const KnownSeries& known) { return known.id == cursor.series_id; });
  }
  PointPart part;
  int64_t after_step = cursor.step;
  for (; series != all.end() && !part.next; ++series, after_step = -1) {
    const int room = kPointsPerPart - part.points.step_size();
    if (room == 0 || room < static_cast<int>(request_.max_points())) {
      part.next = PointCursor{series->id, after_step};
    } else if (!AddSeries(*series, after_step, part.points)) {
      part.next = PointCursor{series->id, static_cast<int64_t>(*part.points.step().rbegin())};
    }
  }
  ClearAbsentColumns(part.points);
  return part;
}

absl::Status PointQuery::Check() const {
  const uint32_t max_points = request_.max_points();
  if (max_points != 0 && (max_points < 3 || max_points > kPointsPerPart)) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_points: 0, or from 3 to ", kPointsPerPart, ", got ", max_points));
  }
  if (request_.has_last_step() && request_.first_step() > request_.last_step()) {
    return absl::InvalidArgumentError("first_step: must not be beyond last_step");
  }
  return absl::OkStatus();
}

std::vector<KnownSeries> PointQuery::Matching() const {
  std::vector<KnownSeries> all = LiveSeries(database_, request_.job_id());
  std::erase_if(all, [this](const KnownSeries& known) {
    return !request_.series().empty() &&
           std::none_of(request_.series().begin(), request_.series().end(),
                        [&](const v1::Series& filter) { return Selects(filter, known.series); });
  });
  return all;
}

bool PointQuery::AddSeries(const KnownSeries& series, int64_t after_step,
                           v1::Points& points) const {
  *points.add_series() = series.series;
  if (request_.max_points() == 0 || !IsLong(series.id))
    return AddAll(series.id, after_step, points);
  AddShort(series.id, points);
  return true;
}

bool PointQuery::AddAll(int64_t series_id, int64_t after_step, v1::Points& points) const {
  Statement rows = database_.Query(
      absl::StrCat(
          "SELECT ", kPointColumns, " FROM live_point",
          " WHERE job = ?1 AND series = ?2 AND step BETWEEN ?3 AND ?4 ORDER BY attempt, step"),
      request_.job_id(), series_id, std::max(first_step(), after_step + 1), last_step());
  while (points.step_size() < kPointsPerPart && rows.Next()) AddRow(rows, points);
  return points.step_size() < kPointsPerPart || !rows.Next();
}

void PointQuery::AddShort(int64_t series_id, v1::Points& points) const {
  std::set<int64_t> steps;
  Curve curve(database_, request_.job_id(), series_id);
  for (const Bucket& bucket : curve.Read(first_step(), last_step(), Level(series_id))) {
    if (bucket.min) steps.insert(bucket.min->step);
    if (bucket.max) steps.insert(bucket.max->step);
    steps.insert(bucket.last_step);
  }
  for (int64_t step : steps) {
    Statement row = database_.Query(absl::StrCat("SELECT ", kPointColumns, " FROM live_point",
                                                 " WHERE job = ?1 AND series = ?2 AND step = ?3"),
                                    request_.job_id(), series_id, step);
    if (row.Next()) AddRow(row, points);
  }
}

bool PointQuery::IsLong(int64_t series_id) const {
  Statement count = database_.Query(
      "SELECT count(*) FROM (SELECT 1 FROM live_point WHERE job = ?1 AND series = ?2"
      " AND step BETWEEN ?3 AND ?4 LIMIT ?5)",
      request_.job_id(), series_id, first_step(), last_step(), request_.max_points() + 1);
  count.Next();
  return count.Column<uint32_t>(0) > request_.max_points();
}

int PointQuery::Level(int64_t series_id) const {
  const auto end = [&](const char* direction) {
    Statement row = database_.Query(
        absl::StrCat("SELECT step FROM live_point WHERE job = ?1 AND series = ?2 AND step BETWEEN"
                     " ?3 AND ?4 ORDER BY attempt ",
                     direction, ", step ", direction, " LIMIT 1"),
        request_.job_id(), series_id, first_step(), last_step());
    row.Next();
    return row.Column<int64_t>(0);
  };
  const int64_t first = end("ASC");
  const int64_t last = end("DESC");
  int level = 0;
  while (3 * ((last >> level) - (first >> level) + 1) > request_.max_points()) ++level;
  return level;
}

int64_t PointQuery::first_step() const { return std::min(request_.first_step(), kMaxStep); }

int64_t PointQuery::last_step() const {
  return request_.has_last_step() ? std::min(request_.last_step(), kMaxStep) : kMaxStep;
}

}  // namespace geometer::server
