#include "worker/trainer/run.h"

#include <unistd.h>

#include <iostream>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "proto/contract/names.h"
#include "worker/trainer/attempt.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/job_file.h"
#include "worker/trainer/points_csv.h"

namespace geometer::trainer {
namespace {

enum ExitStatus : int { kDone = 0, kFailed = 1, kBadJob = 2 };

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
  const auto spec = ReadJob(options.job, options.overrides);
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
