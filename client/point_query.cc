#include "client/point_query.h"

#include <functional>
#include <limits>

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

}  // namespace geometer::client
