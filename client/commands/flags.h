#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/rendering/table.h"
#include "geometer/v1/dataset.pb.h"
#include "geometer/v1/job_service.pb.h"

namespace CLI {
class App;
}

// Flags that several commands share, so that they look and read alike everywhere.
namespace geometer::client {

// `-o table|json|csv`.
void AddFormat(CLI::App& app, TableFormat& format);

// `ID`, one job.
void AddJobId(CLI::App& app, int64_t& id);

// `ID…`, one job or more.
void AddJobIds(CLI::App& app, std::vector<int64_t>& ids);

// `--split train|validation|test`; unspecified when not given.
void AddSplit(CLI::App& app, v1::Split& split);

// `--state STATE…`.
void AddStates(CLI::App& app, std::vector<v1::JobState>& states);

// `--order newest|oldest|name`.
void AddOrder(CLI::App& app, v1::JobOrder& order);

// `FILE…` (`-` is standard input) and `--set path=value…`.
void AddJobFiles(CLI::App& app, std::vector<std::string>& files,
                 std::vector<std::string>& overrides);

}  // namespace geometer::client
