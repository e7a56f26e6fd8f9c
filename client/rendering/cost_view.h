#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "client/rendering/table.h"
#include "geometer/v1/cost.pb.h"

namespace geometer::client {

// A job file and what its run will cost.
struct FileCost {
  std::string file;
  v1::CostEstimate estimate;
};

// The parts of the runs, a row each: the updates, what each penalty takes of them, then every probe
// on every split.
Table CostTable(const std::vector<FileCost>& costs);

// The whole estimate, and the file.
nlohmann::ordered_json CostJson(const FileCost& cost);

// For people: "about 1 min 10 s, 12.5 % of it measuring; 310.2 MiB of memory", and a second line
// for a budget; without a newline at the end.
std::string CostSummary(const v1::CostEstimate& estimate);

}  // namespace geometer::client
