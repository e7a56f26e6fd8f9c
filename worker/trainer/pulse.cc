#include "worker/trainer/pulse.h"

namespace geometer::trainer {
namespace {

constexpr double kSecondsBetweenReports = 0.2;

}  // namespace

double Pulse::Elapsed() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void Pulse::Beat(int64_t step) {
  if (last_step_ < 0 || Elapsed() - last_elapsed_ >= kSecondsBetweenReports) Report(step);
}

void Pulse::Report(int64_t step) {
  const double elapsed = Elapsed();
  v1::TrainerReport report;
  v1::Progress& progress = *report.mutable_progress();
  progress.set_step(step);
  progress.set_total_steps(training_.total_steps);
  progress.set_elapsed_seconds(elapsed);
  if (elapsed > 0) progress.set_measuring_share(measuring_seconds_ / elapsed);
  if (last_step_ >= 0 && elapsed > last_elapsed_) {
    const int64_t examples = training_.ExamplesBefore(step) - training_.ExamplesBefore(last_step_);
    progress.set_examples_per_second(static_cast<double>(examples) / (elapsed - last_elapsed_));
  }
  last_elapsed_ = elapsed;
  last_step_ = step;
  supervisor_.Report(report);
}

}  // namespace geometer::trainer
