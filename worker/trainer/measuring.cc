#include "worker/trainer/measuring.h"

#include <ATen/ops/arange.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/contract/names.h"
#include "worker/geometry/random.h"
#include "worker/trainer/builders/probe.h"
#include "worker/trainer/failures.h"

namespace geometer::trainer {
namespace {

constexpr char kRun[] = "training";  // the probe name of what the run itself reports

const geometry::SplitExamples& SplitOf(const geometry::Dataset& data, v1::Split split) {
  if (split == v1::SPLIT_VALIDATION) return data.validation;
  return split == v1::SPLIT_TEST ? data.test : data.train;
}

// "geometric_complexity/train": what tells the samples and warm starts of a run apart.
std::string Key(const Sample& sample) {
  return absl::StrCat(sample.probe, "/", contract::EnumName(sample.split));
}

at::Tensor DrawIndices(const std::string& key, uint64_t seed, int64_t available, int64_t wanted) {
  if (wanted >= available) return at::arange(available, at::kLong);
  const auto generator = geometry::MakeGenerator(seed, absl::StrCat("sample/", key));
  return geometry::Permutation(available, generator).slice(0, 0, wanted).clone();
}

// The warm starts of one sample, without their prefix, taken out of `all`.
geometry::NamedTensors TakeWarmStart(const std::string& prefix, geometry::NamedTensors& all) {
  geometry::NamedTensors taken;
  std::erase_if(all, [&](geometry::NamedTensor& named) {
    if (!absl::StartsWith(named.name, prefix)) return false;
    taken.push_back({named.name.substr(prefix.size()), named.tensor});
    return true;
  });
  return taken;
}

void AddRunPoints(const Training& training, const State& state, double elapsed, Records& records) {
  const Occasion occasion{kRun, v1::SPLIT_UNSPECIFIED, state.step, 0, elapsed};
  const auto step = static_cast<double>(state.step);
  const auto add = [&](const char* quantity, double value) {
    AddPoint(occasion, {quantity, value}, records);
  };
  add("learning_rate", training.Rate(state));
  add("flow_time", state.flow_time);
  add("epochs", step / static_cast<double>(training.steps_per_epoch));
  add("examples", step * static_cast<double>(training.batches.size));
  if (!training.budget.has_value()) return;
  add("measuring_share", state.spending.MeasuringShare());
  add("cadence_stretch", state.spending.stretch);
}

// Probe and split, to the accuracy measured there.
using Accuracies = std::map<std::pair<std::string, v1::Split>, geometry::Measurement>;

// GC 5.3.3: the excess risk is train minus test accuracy, of a probe that measured both.
void AddExcessRisk(const Accuracies& accuracies, const State& state, double elapsed,
                   Records& records) {
  for (const auto& [place, accuracy] : accuracies) {
    const auto& [probe, split] = place;
    const auto test = accuracies.find({probe, v1::SPLIT_TEST});
    if (split != v1::SPLIT_TRAIN || test == accuracies.end()) continue;
    const Occasion occasion{probe, v1::SPLIT_UNSPECIFIED, state.step, 0, elapsed};
    geometry::Measurement risk{"excess_risk", accuracy.value - test->second.value};
    if (accuracy.standard_error.has_value() && test->second.standard_error.has_value()) {
      risk.standard_error = std::hypot(*accuracy.standard_error, *test->second.standard_error);
    }
    AddPoint(occasion, risk, records);
  }
}

}  // namespace

absl::StatusOr<Measuring> Measuring::Make(const v1::JobSpec& spec, const Training& training) {
  Measuring measuring(training);
  for (const v1::Probe& probe : spec.probes()) {
    if (const absl::Status status = measuring.Add(probe); !status.ok()) return status;
  }
  if (training.budget.has_value()) {
    std::vector<double> periods;
    for (const Task& task : measuring.tasks_) periods.push_back(task.every.period());
    measuring.budget_.emplace(*training.budget, training.total_steps, std::move(periods));
  }
  return measuring;
}

absl::Status Measuring::Add(const v1::Probe& spec) {
  auto built = BuildProbe(spec, training_->data);
  if (!built.ok()) return built.status();
  const std::shared_ptr<const geometry::Probe> probe = std::move(built->probe);
  const Recurrence every(spec.every(), training_->steps_per_epoch, training_->total_steps);
  if (!built->reads_data) {
    tasks_.push_back({probe, every, {spec.name(), v1::SPLIT_UNSPECIFIED, {}}, {}, spec.chunk()});
    return absl::OkStatus();
  }
  for (const int split : spec.splits()) {
    const Sample sample{spec.name(), static_cast<v1::Split>(split), {}};
    Task task{probe, every, sample, {}, spec.chunk()};
    absl::Status status = Draw(spec.examples(), task);
    if (!status.ok()) return status;
    tasks_.push_back(std::move(task));
  }
  return absl::OkStatus();
}

// Draws the examples of `task`.
absl::Status Measuring::Draw(int64_t wanted, Task& task) const {
  Sample& sample = task.sample;
  const geometry::SplitExamples& split = SplitOf(training_->data, sample.split);
  if (split.size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat("probe ", sample.probe, ": the ",
                                                   contract::EnumName(sample.split),
                                                   " split has no examples"));
  }
  sample.indices = DrawIndices(Key(sample), training_->seed, split.size(), wanted);
  task.examples = (wanted >= split.size() ? split.All() : split.Take(sample.indices))
                      .To(training_->options.device());
  return absl::OkStatus();
}

void Measuring::Pace(State& state, const Pulse& pulse) const {
  if (!budget_.has_value()) return;
  state.spending.training_seconds = earlier_seconds_ + pulse.TrainingSeconds();
  // The end is measured anyway: its points tell the last stretch that mattered.
  if (state.step == training_->total_steps) return;
  state.spending.stretch = budget_->Stretch(state.spending, state.step);
}

bool Measuring::IsDue(size_t task, const State& state) const {
  if (state.step == 0) return true;
  if (!tasks_[task].every.DueAt(state.step)) return false;
  if (!budget_.has_value() || state.step == training_->total_steps) return true;
  return budget_->Allows(task, state.spending, state.step);
}

bool Measuring::DueAt(const State& state) const {
  if (state.step == 0 || state.step == training_->total_steps) return true;
  for (size_t i = 0; i < tasks_.size(); ++i) {
    if (IsDue(i, state)) return true;
  }
  return false;
}

geometry::Subject Measuring::SubjectOf(const Task& task, const State& state) const {
  geometry::Subject subject;
  subject.network = {training_->model.get(), state.variables.parameters, state.variables.buffers};
  subject.objective = training_->objective.get();
  subject.sample = task.examples;
  subject.chunk_size = task.chunk_size;
  subject.seed = training_->seed;
  subject.step = state.step;
  subject.learning_rate = training_->Rate(state);
  subject.descent = training_->rule.form;
  subject.normalization = training_->data.normalization;
  return subject;
}

absl::StatusOr<geometry::Reading> Measuring::Read(const Task& task, State& state) const try {
  const std::string prefix = absl::StrCat(Key(task.sample), "/");
  geometry::Reading reading =
      task.probe->Measure(SubjectOf(task, state), TakeWarmStart(prefix, state.warm_starts));
  for (const geometry::NamedTensor& named : reading.warm_start) {
    state.warm_starts.push_back({prefix + named.name, named.tensor});
  }
  return reading;
} catch (const std::exception& exception) {
  const absl::Status status = ToStatus(exception);
  return absl::Status(status.code(),
                      absl::StrCat("probe ", task.sample.probe, ": ", status.message()));
}

absl::StatusOr<Records> Measuring::Measure(State& state, Pulse& pulse, bool everything) {
  Records records;
  Accuracies accuracies;
  Spending& spending = state.spending;
  spending.last.resize(tasks_.size());
  for (size_t i = 0; i < tasks_.size(); ++i) {
    if (spending.last[i].step == state.step || !(everything || IsDue(i, state))) continue;
    const Task& task = tasks_[i];
    const double start = pulse.Elapsed();
    const auto reading = Read(task, state);
    if (!reading.ok()) return reading.status();
    const double end = pulse.Elapsed();
    pulse.AddMeasuring(end - start);
    const Occasion occasion{task.sample.probe, task.sample.split, state.step, end - start, end};
    for (const geometry::Measurement& measurement : reading->measurements) {
      AddPoint(occasion, measurement, records);
      if (measurement.quantity == "accuracy") {
        accuracies[{task.sample.probe, task.sample.split}] = measurement;
      }
    }
    spending.last[i] = {end - start, state.step};
    spending.measuring_seconds += end - start;
    pulse.Beat(state.step);
  }
  AddExcessRisk(accuracies, state, pulse.Elapsed(), records);
  if (measured_step_ != state.step) AddRunPoints(*training_, state, pulse.Elapsed(), records);
  measured_step_ = state.step;
  return records;
}

void Measuring::Resume(State& state) {
  Spending& spending = state.spending;
  earlier_seconds_ = spending.training_seconds;
  spending.last.resize(tasks_.size());
  bool measured = state.step == 0 || state.step == training_->total_steps;
  for (size_t i = 0; i < tasks_.size(); ++i) {
    // Without a budget the step alone tells what was measured at it.
    if (!budget_.has_value() && IsDue(i, state)) spending.last[i].step = state.step;
    measured |= spending.last[i].step == state.step;
  }
  if (measured) measured_step_ = state.step;
}

std::vector<Sample> Measuring::Samples() const {
  std::vector<Sample> samples;
  for (const Task& task : tasks_) samples.push_back(task.sample);
  return samples;
}

std::vector<Recurrence> Measuring::Cadences() const {
  std::vector<Recurrence> cadences;
  for (const Task& task : tasks_) cadences.push_back(task.every);
  return cadences;
}

}  // namespace geometer::trainer
