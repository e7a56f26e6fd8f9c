#include "client/point_query.h"

#include <functional>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/contract/names.h"

namespace geometer::client {
namespace {

template <typename Column, typename T>
T At(const Column& column, int i, T absent) {
  return i < column.size() ? static_cast<T>(column.Get(i)) : absent;
}

// The i-th point; INTERNAL where the columns don't fit together.
absl::StatusOr<Point> Unpack(const v1::Points& points, int i) {
  constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
  if (i >= points.value_size() || i >= points.series_index_size() ||
      points.series_index(i) >= static_cast<uint32_t>(points.series_size())) {
    return absl::InternalError("the server sent malformed points");
  }
  return Point{.series = points.series(points.series_index(i)),
               .step = points.step(i),
               .value = points.value(i),
               .standard_error = At(points.standard_error(), i, kAbsent),
               .residual = At(points.residual(), i, kAbsent),
               .samples = At(points.samples(), i, uint64_t{0}),
               .convergence = At(points.convergence(), i, v1::CONVERGENCE_UNSPECIFIED),
               .seconds = At(points.seconds(), i, kAbsent),
               .elapsed = At(points.elapsed(), i, kAbsent)};
}

// "curvature (train)": the probe and the split of a series.
std::string Place(const v1::Series& series) {
  if (series.split() == v1::SPLIT_UNSPECIFIED) return series.probe();
  return absl::StrCat(series.probe(), " (", contract::EnumName(series.split()), ")");
}

}  // namespace

absl::StatusOr<std::vector<Point>> QueryPoints(const v1::QueryPointsRequest& request,
                                               Connection& server) {
  std::vector<Point> result;
  const absl::Status read = server.Read(&v1::ResultService::Stub::QueryPoints, request,
                                        std::function([&](const v1::QueryPointsResponse& response) {
                                          for (int i = 0; i < response.points().step_size(); ++i) {
                                            auto point = Unpack(response.points(), i);
                                            if (!point.ok()) return point.status();
                                            result.push_back(std::move(*point));
                                          }
                                          return absl::OkStatus();
                                        }));
  if (!read.ok()) return read;
  return result;
}

absl::StatusOr<std::vector<Point>> QueryPoints(int64_t job_id, const v1::Series& series,
                                               Connection& server) {
  v1::QueryPointsRequest request;
  request.set_job_id(job_id);
  *request.add_series() = series;
  return QueryPoints(request, server);
}

absl::Status NoSuchPoints(int64_t job_id, const std::string& quantity, Connection& server) {
  v1::ListSeriesRequest request;
  request.set_job_id(job_id);
  const auto response = server.Call(&v1::ResultService::Stub::ListSeries, request);
  if (!response.ok()) return response.status();
  std::set<std::string> quantities, places;
  for (const v1::Series& series : response->series()) {
    quantities.insert(series.quantity());
    if (series.quantity() == quantity) places.insert(Place(series));
  }
  if (!places.empty()) {
    return absl::NotFoundError(
        absl::StrCat("job ", job_id, " has no such points of ", quantity,
                     "; probes that measured it: ", absl::StrJoin(places, ", ")));
  }
  return absl::NotFoundError(
      absl::StrCat("job ", job_id, " has no points of ", quantity,
                   quantities.empty() ? " yet" : "; it has " + absl::StrJoin(quantities, ", ")));
}

}  // namespace geometer::client
