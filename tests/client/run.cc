#include "tests/client/run.h"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "absl/time/civil_time.h"
#include "client/command_line.h"

namespace geometer::client {
namespace {

void AddLatest(v1::Job& job, const std::string& quantity, v1::Split split, double value) {
  v1::LatestValue& latest = *job.add_latest();
  latest.mutable_series()->set_probe(quantity);
  latest.mutable_series()->set_quantity(quantity);
  latest.mutable_series()->set_split(split);
  latest.set_step(50);
  latest.set_value(value);
}

}  // namespace

absl::Time TestTime() {
  return absl::FromCivil(absl::CivilSecond(2024, 5, 1, 12, 0, 0), absl::UTCTimeZone());
}

Result RunClient(const std::vector<std::string>& arguments, const RunOptions& options) {
  std::istringstream in(options.in);
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err, .terminal = options.terminal, .now = TestTime};
  const int code = RunCommandLine(arguments, console);
  return {code, out.str(), err.str()};
}

Result RunClient(const ScriptedService& service, std::vector<std::string> arguments,
                 const RunOptions& options) {
  arguments.insert(arguments.begin(), {"--server", service.address()});
  return RunClient(arguments, options);
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "client_test.XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

std::string TemporaryFolder::Write(const std::string& name, const std::string& content) const {
  std::ofstream(path_ / name, std::ios::binary) << content;
  return path_ / name;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

std::string ValidJob(const std::string& name) {
  return "name: " + name + R"(
data: {digits: {}}
learner:
  model: {mlp: {hidden: [8]}}
  objective: {cross_entropy: {}}
  optimizer: {sgd: {learning_rate: 0.1}}
stop: {steps: 100}
)";
}

v1::Job TestJob(v1::JobState state) {
  v1::Job job;
  job.set_id(7);
  job.set_name("demo");
  job.set_state(state);
  job.mutable_submit_time()->set_seconds(absl::ToUnixSeconds(TestTime()) - 60);
  job.mutable_progress()->set_step(50);
  job.mutable_progress()->set_total_steps(100);
  job.mutable_progress()->set_elapsed_seconds(20);
  v1::Attempt& attempt = *job.add_attempts();
  attempt.set_id(11);
  attempt.set_worker_id("worker-a");
  AddLatest(job, "loss", v1::SPLIT_TEST, 0.75);
  AddLatest(job, "loss", v1::SPLIT_TRAIN, 0.5);
  AddLatest(job, "eigenvalue", v1::SPLIT_TRAIN, 12.5);
  job.mutable_latest(2)->set_convergence(v1::CONVERGENCE_NOT_REACHED);
  AddLatest(job, "accuracy", v1::SPLIT_TEST, std::numeric_limits<double>::quiet_NaN());
  return job;
}

}  // namespace geometer::client
