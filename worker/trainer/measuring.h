#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/job.pb.h"
#include "worker/geometry/probes/probe.h"
#include "worker/trainer/budget.h"
#include "worker/trainer/points.h"
#include "worker/trainer/pulse.h"
#include "worker/trainer/recurrence.h"
#include "worker/trainer/training.h"

namespace geometer::trainer {

// What a probe looks at.
struct Sample {
  std::string probe;
  std::string task{};     // empty where there is but one; "a+b" of two that are compared
  std::string learner{};  // empty where there is but one
  v1::Split split = v1::SPLIT_UNSPECIFIED;  // for a probe that reads no data
  at::Tensor indices{};                     // of the first task, into the split, int64 [n], CPU
};

// The probes of a run, each on its fixed samples.
//
// A sample is drawn once by the stream "sample/<probe>/<split>", with the task before the
// split where there are several, so another probe, cadence or
// resume changes none. Measuring reads the state and writes nothing of it but warm starts and
// spending: a run with probes has bitwise the weights of one without (geometry/probes/probe.h).
class Measuring {
 public:
  // Borrows `training`. InvalidArgument: a probe of an unknown kind or on an empty split.
  static absl::StatusOr<Measuring> Make(const v1::JobSpec& spec, const Training& training);

  // Of a run with a budget: brings the state's spending up to date and stretches the cadences. To
  // be called once a step, right after its update: until the next call, what is due changes only by
  // measuring it.
  void Pace(State& state, const Pulse& pulse) const;

  // Whether there is anything to measure at the state's step. At step 0 and at the end there always
  // is.
  bool DueAt(const State& state) const;

  // Takes the measurements that are due at the state's step, or all where `everything` says so, and
  // returns their points with those of the run itself ("training") and with "excess_risk", which
  // takes a probe's accuracy on two splits. Nothing is measured twice at one step. Keeps `pulse`
  // beating between probes. An error that a probe meets, such as a missing derivative (failures.h),
  // names the probe.
  absl::StatusOr<Records> Measure(State& state, Pulse& pulse, bool everything);

  // Goes on from a restored state, whose points up to its step exist.
  void Resume(State& state);

  std::vector<Sample> Samples() const;

  // The declared cadences of the samples, in their order.
  std::vector<Recurrence> Cadences() const;

 private:
  // A probe on one sample of one task, or also on that of another task or of data outside of all.
  struct Item {
    std::shared_ptr<const geometry::Probe> probe;
    Recurrence every;
    Sample sample;
    const Task* task;
    const Task* second = nullptr;
    geometry::Examples examples{}, second_examples{};
    int64_t chunk_size = 1;
  };

  explicit Measuring(const Training& training) : training_(&training) {}
  absl::Status Add(const v1::Probe& spec);
  // Of a game: adds the probe for each player that it looks at, or once for all.
  absl::Status AddOfGame(const v1::Probe& spec);
  // Adds `item` on each split.
  absl::Status AddSplits(const v1::Probe& spec, const Item& item);
  absl::Status Draw(int64_t wanted, const Task& task, Sample& sample,
                    geometry::Examples& examples) const;
  bool IsDue(size_t item, const State& state) const;
  geometry::Subject SubjectOf(const Item& item, const State& state) const;
  absl::StatusOr<geometry::Reading> Read(const Item& item, State& state) const;

  const Training* training_;
  std::vector<Item> items_;
  std::optional<Budget> budget_;
  double earlier_seconds_ = 0;  // of training, in earlier attempts
  int64_t measured_step_ = -1;  // the last one with points of the run itself
};

}  // namespace geometer::trainer
