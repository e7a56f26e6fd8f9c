#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/rendering/plane.h"
#include "geometer/v1/dataset.pb.h"

namespace geometer::client {

struct PlaneMapQuery {
  int64_t job_id = 0;
  std::string probe = {};     // any when empty: the first that measured a map
  std::string quantity = {};  // of map_density, map_potential, map_margin and map_output the first
                              // that there is, when empty
  v1::Split split = v1::SPLIT_UNSPECIFIED;  // any
  std::optional<uint64_t> last_step{};      // the latest map up to this step, or of all
};

// Reads what the probe plane_map measured. NOT_FOUND where nothing of the kind was measured.
absl::StatusOr<Plane> ReadPlaneMap(const PlaneMapQuery& query, Connection& server);

}  // namespace geometer::client
