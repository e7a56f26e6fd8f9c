#include "worker/trainer/loop.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "worker/trainer/batches.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

// One run of the loop over one state.
class Loop {
 public:
  Loop(const LoopParts& parts, const Recurrence& checkpoint_every, State& state)
      : parts_(parts),
        checkpoint_every_(checkpoint_every),
        state_(state),
        batches_(parts.training) {}

  absl::StatusOr<v1::Finish> Run() {
    parts_.pulse.Beat(state_.step);  // the first measurement may take long
    if (state_.step == 0) {
      if (const absl::Status status = Measure(); !status.ok()) return status;
    }
    while (state_.step < parts_.training.total_steps) {
      const Request request = parts_.supervisor.Poll();
      if (request == Request::kCancel) return Finished(v1::OUTCOME_CANCELLED, "cancelled");
      if (request == Request::kCheckpoint || request == Request::kPreempt) {
        if (const absl::Status status = Checkpoint(); !status.ok()) return status;
      }
      if (request == Request::kPreempt) return Preempted();
      if (!Advance(parts_.training, batches_, state_)) {
        return Diverged("the loss is not finite");
      }
      parts_.measuring.Pace(state_, parts_.pulse);
      if (IsInspected() && !IsFinite(state_)) return Diverged("the parameters are not finite");
      if (const absl::Status status = Boundary(); !status.ok()) return status;
    }
    parts_.pulse.Report(state_.step);
    return Finished(v1::OUTCOME_SUCCEEDED, "");
  }

 private:
  // Whether anything looks at the parameters of this step.
  bool IsInspected() const {
    return parts_.measuring.DueAt(state_) || checkpoint_every_.DueAt(state_.step);
  }

  absl::Status Boundary() {
    if (parts_.measuring.DueAt(state_)) {
      if (absl::Status status = Measure(); !status.ok()) return status;
    }
    parts_.pulse.Beat(state_.step);
    return checkpoint_every_.DueAt(state_.step) ? Checkpoint() : absl::OkStatus();
  }

  absl::Status Measure(bool everything = false) {
    auto records = parts_.measuring.Measure(state_, parts_.pulse, everything);
    if (!records.ok()) return records.status();
    for (v1::Points& points : *records) {
      v1::TrainerReport report;
      *report.mutable_points() = std::move(points);
      parts_.supervisor.Report(report);
    }
    return absl::OkStatus();
  }

  // Writes a checkpoint unless this step has one.
  absl::Status Checkpoint() {
    if (checkpoint_step_ == state_.step) return absl::OkStatus();
    const auto path = parts_.checkpoints.Write(state_, parts_.training);
    if (!path.ok()) return path.status();
    checkpoint_step_ = state_.step;
    v1::TrainerReport report;
    report.mutable_checkpoint()->set_step(state_.step);
    report.mutable_checkpoint()->set_path(path->string());
    parts_.supervisor.Report(report);
    return absl::OkStatus();
  }

  absl::StatusOr<v1::Finish> Diverged(const char* what) {
    if (const absl::Status status = Measure(/*everything=*/true); !status.ok()) return status;
    parts_.pulse.Report(state_.step);
    return Finished(v1::OUTCOME_DIVERGED, absl::StrCat(what, " after ", state_.step, " steps"));
  }

  v1::Finish Preempted() const {
    v1::Finish finish = Finished(v1::OUTCOME_FAILED, "preempted");
    finish.set_reason(v1::FAILURE_REASON_PREEMPTED);
    return finish;
  }

  v1::Finish Finished(v1::Outcome outcome, const std::string& message) const {
    v1::Finish finish;
    finish.set_outcome(outcome);
    finish.set_message(message);
    finish.set_step(state_.step);
    return finish;
  }

  const LoopParts parts_;
  const Recurrence checkpoint_every_;
  State& state_;
  Batches batches_;
  int64_t checkpoint_step_ = -1;  // of the last checkpoint
};

}  // namespace

absl::StatusOr<v1::Finish> Train(const LoopParts& parts, const Recurrence& checkpoint_every,
                                 State& state) {
  return Loop(parts, checkpoint_every, state).Run();
}

}  // namespace geometer::trainer
