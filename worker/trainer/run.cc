#include "worker/trainer/run.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/contract/defaults.h"
#include "proto/contract/names.h"
#include "proto/contract/override.h"
#include "proto/contract/validate.h"
#include "proto/contract/yaml.h"
#include "worker/trainer/attempt.h"
#include "worker/trainer/files.h"
#include "worker/trainer/points_csv.h"

namespace geometer::trainer {
namespace {

constexpr size_t kMaxJobBytes = 1 << 20;
enum ExitStatus : int { kDone = 0, kFailed = 1, kBadJob = 2 };

absl::StatusOr<v1::JobSpec> ReadJob(const RunOptions& options) {
  const auto text = ReadFile(options.job, kMaxJobBytes);
  if (!text.ok()) return text.status();
  auto spec = contract::ParseJob(*text, options.job.native());
  if (!spec.ok()) return spec.status();
  for (const std::string& assignment : options.overrides) {
    const absl::Status status = contract::Override(*spec, assignment);
    if (!status.ok()) return status;
  }
  const std::vector<contract::Violation> violations = contract::Validate(*spec);
  // A place in the file is no help where the command line changed the value.
  const absl::Status status = options.overrides.empty()
                                  ? contract::AtSource(violations, *text, options.job.native())
                                  : contract::ToStatus(violations);
  if (!status.ok()) return status;
  return contract::WithDefaults(*std::move(spec));
}

// Sets what libraries read before main, and starts the program anew if that changed anything.
void EnsureVariables(const v1::JobSpec& spec, char** arguments) {
  std::map<std::string, std::string> wanted = {{"OMP_NUM_THREADS", absl::StrCat(spec.threads())},
                                               {"OMP_DYNAMIC", "false"}};
  if (spec.resources().device() == v1::DEVICE_CUDA) wanted["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8";
  bool changed = false;
  for (const auto& [name, value] : wanted) {
    const char* present = std::getenv(name.c_str());
    if (present != nullptr && value == present) continue;
    setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
    changed = true;
  }
  // Where it can't start anew it goes on: only the speed of OpenMP is at stake.
  if (changed) execv("/proc/self/exe", arguments);
}

// The person at the terminal.
class Console : public Supervisor {
 public:
  explicit Console(const RunOptions& options)
      : options_(options), live_(!options.quiet && isatty(STDERR_FILENO) == 1) {}

  void Report(const v1::TrainerReport& report) override {
    if (report.has_started()) Begin(report.started());
    if (report.has_points()) points_.Append(report.points());
    if (report.has_progress() && live_) Show(report.progress());
  }
  Request Poll() override { return Request::kNone; }

  void End(const v1::Finish& finish) const {
    if (live_) std::cerr << '\n';
    if (finish.outcome() == v1::OUTCOME_FAILED) {
      std::cerr << "failed (" << contract::EnumName(finish.reason()) << "): " << finish.message()
                << '\n';
    } else if (!options_.quiet) {
      std::cerr << contract::EnumName(finish.outcome()) << " after " << finish.step()
                << " steps; results in " << options_.out.string() << '\n';
    }
  }

 private:
  void Begin(const v1::AttemptStarted& started) {
    const absl::Status status = points_.Open(options_.out / "points.csv", started.step());
    if (!status.ok()) throw std::runtime_error(std::string(status.message()));
    if (started.inexact() && !options_.quiet) {
      std::cerr
          << "the checkpoint comes from another numeric environment: the last bits may differ "
             "from an uninterrupted run\n";
    }
  }

  static void Show(const v1::Progress& progress) {
    std::cerr << absl::StrFormat("\rstep %d of %d, %.0f examples/s, %.0f %% measuring\033[K",
                                 progress.step(), progress.total_steps(),
                                 progress.examples_per_second(), 100 * progress.measuring_share())
              << std::flush;
  }

  const RunOptions& options_;
  const bool live_;
  PointsFile points_;
};

int ExitStatusOf(const v1::Finish& finish) {
  if (finish.outcome() != v1::OUTCOME_FAILED) return kDone;
  return finish.reason() == v1::FAILURE_REASON_SPEC_REFUSED ? kBadJob : kFailed;
}

}  // namespace

int RunJob(const RunOptions& options, char** arguments) {
  const auto spec = ReadJob(options);
  if (!spec.ok()) {
    std::cerr << std::string(spec.status().message()) << '\n';
    return kBadJob;
  }
  EnsureVariables(*spec, arguments);
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) {
    std::cerr << options.out.string() << ": " << error.message() << '\n';
    return kFailed;
  }

  v1::StartAttempt start;
  *start.mutable_spec() = *spec;
  start.set_directory(options.out.string());
  start.set_resume_path(options.resume.string());
  start.set_data_directory(options.data_sets.string());
  DatasetLoader datasets;
  Console console(options);
  const v1::Finish finish = RunAttempt(start, datasets, console);
  console.End(finish);
  return ExitStatusOf(finish);
}

}  // namespace geometer::trainer
