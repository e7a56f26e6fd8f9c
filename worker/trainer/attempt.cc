#include "worker/trainer/attempt.h"

#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/contract/defaults.h"
#include "proto/contract/digest.h"
#include "proto/contract/weights_file.h"
#include "worker/trainer/artifacts.h"
#include "worker/trainer/checkpoint.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/failures.h"
#include "worker/trainer/loop.h"
#include "worker/trainer/sample_grid.h"
#include "worker/trainer/setup.h"

namespace geometer::trainer {
namespace {

// Passes everything on, and remembers the latest values.
class Listener : public Supervisor {
 public:
  explicit Listener(Supervisor& supervisor) : supervisor_(supervisor) {}

  void Report(const v1::TrainerReport& report) override {
    if (report.has_points()) latest_.Add(report.points());
    supervisor_.Report(report);
  }
  Request Poll() override { return supervisor_.Poll(); }

  const LatestValues& latest() const { return latest_; }

 private:
  Supervisor& supervisor_;
  LatestValues latest_;
};

class Attempt {
 public:
  Attempt(const v1::StartAttempt& start, Supervisor& supervisor)
      : start_(start),
        spec_(contract::WithDefaults(start.spec())),
        folder_(start.directory()),
        listener_(supervisor) {}

  absl::StatusOr<v1::Finish> Run(DatasetLoader& datasets) {
    const auto training = SetUp(spec_, start_.data_directory(), datasets);
    if (!training.ok()) return training.status();
    auto measuring = Measuring::Make(spec_, *training);
    if (!measuring.ok()) return measuring.status();
    return Run(*training, *measuring);
  }

 private:
  absl::StatusOr<v1::Finish> Run(const Training& training, Measuring& measuring) {
    const RunIdentity identity{contract::SpecDigest(spec_),
                               NumericEnvironment(training.options.device())};
    State state = InitialState(training);
    bool exact = true;
    if (!start_.resume_path().empty()) {
      const auto restored = Restore(start_.resume_path(), identity, training, state);
      if (!restored.ok()) return restored.status();
      exact = *restored;
      measuring.Resume(state);
    }
    const int64_t first_step = state.step;
    Started(first_step, exact);

    Checkpoints checkpoints(folder_ / "checkpoints", identity);
    Pulse pulse(listener_, training);
    const Recurrence every(spec_.checkpoint().every(), training.steps_per_epoch,
                           training.total_steps, training.plan);
    auto finish = Train({training, measuring, checkpoints, listener_, pulse}, every, state);
    if (!finish.ok() || finish->outcome() == v1::OUTCOME_FAILED) return finish;
    const std::vector<Sample> samples = measuring.Samples();
    const Summary summary{spec_, *finish, listener_.latest(), samples, first_step, pulse.Elapsed()};
    const absl::Status written = WriteArtifacts(training, state, summary);
    if (!written.ok()) return written;
    return finish;
  }

  void Started(int64_t step, bool exact) {
    v1::TrainerReport report;
    report.mutable_started()->set_step(step);
    report.mutable_started()->set_inexact(!exact);
    listener_.Report(report);
  }

  absl::Status WriteArtifacts(const Training& training, const State& state,
                              const Summary& summary) {
    absl::Status status = WriteWeights(folder_ / contract::kWeightsFile, training, state);
    status.Update(WriteSummary(folder_ / kSummaryFile, summary));
    status.Update(WriteJob(folder_ / kJobFile, spec_));
    std::vector<std::string> names = {contract::kWeightsFile, kSummaryFile, kJobFile};
    if (GeneratesPictures(training)) {
      status.Update(WriteSampleGrid(folder_ / kSampleGridFile, training, state));
      names.emplace_back(kSampleGridFile);
    }
    if (!status.ok()) return status;
    for (const std::string& name : names) {
      v1::TrainerReport report;
      report.mutable_artifact()->set_name(name);
      listener_.Report(report);
    }
    return absl::OkStatus();
  }

  const v1::StartAttempt& start_;
  const v1::JobSpec spec_;
  const std::filesystem::path folder_;
  Listener listener_;
};

}  // namespace

v1::Finish RunAttempt(const v1::StartAttempt& start, DatasetLoader& datasets,
                      Supervisor& supervisor) {
  try {
    const auto finish = Attempt(start, supervisor).Run(datasets);
    return finish.ok() ? *finish : Failed(finish.status());
  } catch (const std::exception& exception) {
    return Failed(ToStatus(exception));
  }
}

}  // namespace geometer::trainer
