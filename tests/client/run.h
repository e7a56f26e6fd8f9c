#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "client/console.h"
#include "geometer/v1/job_service.pb.h"
#include "tests/client/scripted_service.h"

namespace geometer::client {

// What a run of the client left.
struct Result {
  int code = 0;
  std::string out;
  std::string err;
};

struct RunOptions {
  std::string in = "";
  bool terminal = false;
};

// 2024-05-01, 12:00 UTC: the time in every test.
absl::Time TestTime();

// Runs the client as a user would.
Result RunClient(const std::vector<std::string>& arguments, const RunOptions& options = {});

// The same, with `service` as the server.
Result RunClient(const ScriptedService& service, std::vector<std::string> arguments,
                 const RunOptions& options = {});

// A folder that is gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

  // Writes a file in it and returns its path.
  std::string Write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

std::string ReadFile(const std::filesystem::path& path);

// A small valid job file.
std::string ValidJob(const std::string& name = "demo");

// Job 7, "demo": half done, with a loss on two splits, an unconverged eigenvalue and an accuracy of
// NaN; submitted a minute before TestTime.
v1::Job TestJob(v1::JobState state = v1::JOB_STATE_RUNNING);

}  // namespace geometer::client
