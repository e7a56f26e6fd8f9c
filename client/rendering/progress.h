#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "geometer/v1/measurement.pb.h"

namespace geometer::client {

// Share of the run that is done, in [0, 1]; 0 while its length is unknown.
double Share(const v1::Progress& progress);

// Seconds to the end at the attempt's mean pace so far; nothing before its first step.
// `resume_step`: step that the attempt started from.
std::optional<double> SecondsLeft(const v1::Progress& progress, uint64_t resume_step);

// A bar of `width` columns, filled to `share` in eighths of a column: "████▌     ".
std::string Bar(double share, int width);

}  // namespace geometer::client
