#include "client/plane_map.h"

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/point_query.h"

namespace geometer::client {
namespace {

// Values by quantity and index, of one measurement.
using Map = std::map<std::string, std::map<uint32_t, double>>;

std::vector<double> ValuesOf(const std::map<uint32_t, double>& by_index) {
  std::vector<double> values;
  for (const auto& [index, value] : by_index) values.push_back(value);
  return values;
}

absl::StatusOr<std::vector<Point>> Measured(const PlaneMapQuery& query, const std::string& quantity,
                                            Connection& server) {
  v1::QueryPointsRequest request;
  request.set_job_id(query.job_id);
  if (query.last_step.has_value()) request.set_last_step(*query.last_step);
  for (const std::string& name : {std::string("map_x"), std::string("map_y"), quantity}) {
    v1::Series& series = *request.add_series();
    series.set_probe(query.probe);
    series.set_quantity(name);
    series.set_split(query.split);
  }
  return QueryPoints(request, server);
}

// The latest map of the first probe, task and split that have one; nothing where none has.
std::optional<Plane> Latest(const std::vector<Point>& points, const std::string& quantity) {
  std::map<std::tuple<std::string, std::string, int>, std::map<uint64_t, Map>> found;
  for (const Point& point : points) {
    const v1::Series& series = point.series;
    found[{series.probe(), series.task(), series.split()}][point.step][series.quantity()]
         [series.index()] = point.value;
  }
  for (auto& [place, steps] : found) {
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      Map& map = step->second;
      Plane plane{.x = ValuesOf(map["map_x"]), .y = ValuesOf(map["map_y"])};
      const std::vector<double> values = ValuesOf(map[quantity]);
      if (values.empty() || values.size() != plane.x.size() * plane.y.size()) continue;
      for (size_t row = 0; row < plane.y.size(); ++row) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * plane.x.size());
        plane.values.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(plane.x.size()));
      }
      plane.title = absl::StrCat(quantity, " at step ", step->first);
      return plane;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<Plane> ReadPlaneMap(const PlaneMapQuery& query, Connection& server) {
  std::vector<std::string> wanted = {"map_density", "map_potential", "map_margin", "map_output"};
  if (!query.quantity.empty()) wanted = {query.quantity};
  for (const std::string& quantity : wanted) {
    const auto points = Measured(query, quantity, server);
    if (!points.ok()) return points.status();
    if (auto plane = Latest(*points, quantity); plane.has_value()) return *std::move(plane);
  }
  return NoSuchPoints(query.job_id, wanted[0], server);
}

}  // namespace geometer::client
