#include "server/storage/series_table.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/storage/text_rules.h"

namespace geometer::server {

absl::Status CheckSeries(const v1::Series& series) {
  for (const std::string* name : {&series.probe(), &series.quantity(), &series.task(),
                                  &series.learner(), &series.layer(), &series.class_name()}) {
    if (absl::Status status = CheckText("points.series", *name, 256); !status.ok()) return status;
  }
  if (series.quantity().empty() || !v1::Split_IsValid(series.split())) {
    return absl::InvalidArgumentError("points.series: needs a quantity and a known split");
  }
  return absl::OkStatus();
}

int64_t InternSeries(Database& database, int64_t job_id, const v1::Series& series) {
  Statement known = database.Query(
      "SELECT id FROM series WHERE job = ?1 AND probe = ?2 AND quantity = ?3 AND split = ?4"
      " AND task = ?5 AND learner = ?6 AND layer = ?7 AND class = ?8 AND place = ?9",
      job_id, series.probe(), series.quantity(), series.split(), series.task(), series.learner(),
      series.layer(), series.class_name(), series.index());
  if (known.Next()) return known.Column<int64_t>(0);
  database.Run(
      "INSERT INTO series (job, probe, quantity, split, task, learner, layer, class, place)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      job_id, series.probe(), series.quantity(), series.split(), series.task(), series.learner(),
      series.layer(), series.class_name(), series.index());
  return database.LastInsertId();
}

std::vector<KnownSeries> LiveSeries(Database& database, int64_t job_id) {
  std::vector<KnownSeries> all;
  Statement rows = database.Query(
      absl::StrCat("SELECT id, ", kSeriesColumns, " FROM series WHERE job = ?1 AND id IN",
                   " (SELECT series FROM latest_point) ORDER BY ", kSeriesColumns),
      job_id);
  while (rows.Next()) all.push_back({rows.Column<int64_t>(0), ReadSeries(rows, 1)});
  return all;
}

v1::Series ReadSeries(const Statement& row, int first) {
  v1::Series series;
  series.set_probe(row.Column<std::string>(first));
  series.set_quantity(row.Column<std::string>(first + 1));
  series.set_split(row.Column<v1::Split>(first + 2));
  series.set_task(row.Column<std::string>(first + 3));
  series.set_learner(row.Column<std::string>(first + 4));
  series.set_layer(row.Column<std::string>(first + 5));
  series.set_class_name(row.Column<std::string>(first + 6));
  series.set_index(row.Column<uint32_t>(first + 7));
  return series;
}

}  // namespace geometer::server
