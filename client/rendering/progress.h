#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "geometer/v1/job_service.pb.h"

namespace geometer::client {

// Share of the run that is done, in [0, 1]. Nothing when it can't be told: the length of a run is
// known only while it runs, and of one that succeeded.
std::optional<double> Share(const v1::Job& job);

// Seconds to the end at the attempt's mean pace so far; nothing before its first step.
// `resume_step`: step that the attempt started from.
std::optional<double> SecondsLeft(const v1::Progress& progress, uint64_t resume_step);

// A bar of `width` columns, filled to `share` in eighths of a column: "████▌     ".
std::string Bar(double share, int width);

}  // namespace geometer::client
