#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "geometer/v1/job.pb.h"

namespace geometer::contract {

// A small valid job of eight lines.
std::string SmallJob();

// Its line `number`, from 1, without the line break.
std::string ValidLine(int number);

// The small job with line `number` replaced.
std::string WithLine(int number, std::string_view line);

// `part`, `times` times.
std::string Repeat(std::string_view part, int times);

// Valid jobs that together name most fields; the small one is the first.
std::vector<std::string> ValidJobs();

// The spec of a valid job.
v1::JobSpec Parsed(std::string_view text);

}  // namespace geometer::contract
