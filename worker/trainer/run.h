#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace geometer::trainer {

struct RunOptions {
  std::filesystem::path job;           // the job file
  std::filesystem::path out;           // folder of the results; made if absent
  std::vector<std::string> overrides;  // "path=value"
  std::filesystem::path data_sets;     // holds one folder per data set
  std::filesystem::path resume;        // checkpoint to go on from; empty: start from the beginning
  bool quiet = false;                  // print errors only
};

// Runs a job file here and now and leaves points.csv, the artifacts (see attempt.h) and checkpoints
// in `options.out`. Shows progress on standard error where that is a terminal.
//
// Starts the program `arguments` anew, once, when OpenMP's variables are not those of the job: they
// are read before main. Returns the exit status: 0 the run succeeded or diverged, 1 it failed, 2
// the job file or an override is wrong.
int RunJob(const RunOptions& options, char** arguments);

}  // namespace geometer::trainer
