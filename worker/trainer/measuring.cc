#include "worker/trainer/measuring.h"

#include <ATen/ops/arange.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
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

// "geometric_complexity/train", "loss/odd/train", "game_drift/generator/train": what tells the
// samples and warm starts of a run apart.
std::string Key(const Sample& sample) {
  const std::string& of = sample.task.empty() ? sample.learner : sample.task;
  return absl::StrCat(sample.probe, "/", of, of.empty() ? "" : "/",
                      contract::EnumName(sample.split));
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
  const Occasion occasion{.probe = kRun, .step = state.step, .elapsed = elapsed};
  const auto step = static_cast<double>(state.step);
  const auto add = [&](const char* quantity, double value) {
    AddPoint(occasion, {quantity, value}, records);
  };
  if (training.play == nullptr) {
    add("learning_rate", training.Rate(state));
  } else {
    for (size_t i = 0; i < training.play->players.size(); ++i) {
      Occasion of = occasion;
      of.learner = training.play->players[i].name;
      AddPoint(of, {"learning_rate", training.play->Rate(i, state.step, training.total_steps)},
               records);
    }
  }
  add("flow_time", state.flow_time);
  add("epochs", step / static_cast<double>(training.steps_per_epoch));
  add("examples", static_cast<double>(training.ExamplesBefore(state.step)));
  if (state.step > 0 && !training.plan.IsSimultaneous() && training.play == nullptr) {
    add("task", static_cast<double>(training.plan.TasksAt(state.step - 1)[0]));
  }
  if (!training.budget.has_value()) return;
  add("measuring_share", state.spending.MeasuringShare());
  add("cadence_stretch", state.spending.stretch);
}

// Probe, task and split, to the accuracy measured there.
using Accuracies = std::map<std::tuple<std::string, std::string, v1::Split>, geometry::Measurement>;

// GC 5.3.3: the excess risk is train minus test accuracy, of a probe that measured both.
void AddExcessRisk(const Accuracies& accuracies, const State& state, double elapsed,
                   Records& records) {
  for (const auto& [place, accuracy] : accuracies) {
    const auto& [probe, task, split] = place;
    const auto test = accuracies.find({probe, task, v1::SPLIT_TEST});
    if (split != v1::SPLIT_TRAIN || test == accuracies.end()) continue;
    const Occasion occasion{.probe = probe, .task = task, .step = state.step, .elapsed = elapsed};
    geometry::Measurement risk{"excess_risk", accuracy.value - test->second.value};
    if (accuracy.standard_error.has_value() && test->second.standard_error.has_value()) {
      risk.standard_error = std::hypot(*accuracy.standard_error, *test->second.standard_error);
    }
    AddPoint(occasion, risk, records);
  }
}

// Of a game: its state, and the network of one player alone.
void SetMatch(const Training& training, const State& state, size_t player,
              geometry::Subject& subject) {
  const Play& play = *training.play;
  geometry::Match match{.game = play.game.get(),
                        .at = play.ProfileOf(state.variables.parameters),
                        .pace = play.PaceAt(state.step, training.total_steps),
                        .player = player,
                        .generator = play.generator.get(),
                        .latents = play.latents};
  subject.network.params = match.at[player];
  subject.learning_rate = play.Rate(player, state.step, training.total_steps);
  subject.descent = play.players[player].rule.form;
  subject.match = std::move(match);
}

// The data set that a probe names; null where it names none.
const Task* OutsideOf(const Training& training, const std::string& name) {
  const auto found = std::ranges::find(training.outside, name, &Task::name);
  return name.empty() || found == training.outside.end() ? nullptr : &*found;
}

}  // namespace

absl::StatusOr<Measuring> Measuring::Make(const v1::JobSpec& spec, const Training& training) {
  Measuring measuring(training);
  for (const v1::Probe& probe : spec.probes()) {
    const absl::Status status =
        training.play == nullptr ? measuring.Add(probe) : measuring.AddOfGame(probe);
    if (!status.ok()) return status;
  }
  if (training.budget.has_value()) {
    std::vector<double> periods;
    for (const Item& item : measuring.items_) periods.push_back(item.every.period());
    measuring.budget_.emplace(*training.budget, training.total_steps, std::move(periods));
  }
  return measuring;
}

absl::Status Measuring::Add(const v1::Probe& spec) {
  const std::vector<Task>& tasks = training_->tasks;
  for (const Task& task : tasks) {
    auto built = BuildProbe(spec, task.data);
    if (!built.ok()) return built.status();
    Item item{.probe = std::move(built->probe),
              .every = Recurrence(spec.every(), training_->steps_per_epoch, training_->total_steps,
                                  training_->plan),
              .sample = {.probe = spec.name()},
              .task = &task,
              .chunk_size = spec.chunk()};
    if (!built->reads_data) {
      items_.push_back(std::move(item));
      break;  // the same for every task
    }
    absl::Status status = absl::OkStatus();
    if (built->compares && tasks.size() > 1) {
      for (const Task* second = &task + 1; second != tasks.data() + tasks.size(); ++second) {
        item.second = second;
        item.sample.task = absl::StrCat(task.name, "+", second->name);
        status.Update(AddSplits(spec, item));
      }
    } else {
      item.second = OutsideOf(*training_, built->outside);
      item.sample.task = task.name;
      status = AddSplits(spec, item);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Measuring::AddOfGame(const v1::Probe& spec) {
  for (const Task& task : training_->tasks) {
    if (!spec.learner().empty() && spec.learner() != task.name) continue;
    auto built = BuildProbe(spec, task.data);
    if (!built.ok()) return built.status();
    Item item{.probe = std::move(built->probe),
              .every = Recurrence(spec.every(), training_->steps_per_epoch, training_->total_steps,
                                  training_->plan),
              .sample = {.probe = spec.name(), .learner = built->of_match ? "" : task.name},
              .task = &task,
              .chunk_size = spec.chunk()};
    if (!built->reads_data) {
      items_.push_back(std::move(item));
    } else if (absl::Status status = AddSplits(spec, item); !status.ok()) {
      return status;
    }
    if (built->of_match) break;
  }
  return absl::OkStatus();
}

absl::Status Measuring::AddSplits(const v1::Probe& spec, const Item& item) {
  for (const int split : spec.splits()) {
    Item one = item;
    one.sample.split = static_cast<v1::Split>(split);
    one.sample.task = item.sample.learner.empty() ? item.task->name : "";
    absl::Status status = Draw(spec.examples(), *item.task, one.sample, one.examples);
    if (item.second != nullptr) {
      Sample sample = one.sample;
      sample.task = item.second->name;
      status.Update(Draw(spec.examples(), *item.second, sample, one.second_examples));
    }
    one.sample.task = item.sample.task;
    if (!status.ok()) return status;
    items_.push_back(std::move(one));
  }
  return absl::OkStatus();
}

absl::Status Measuring::Draw(int64_t wanted, const Task& task, Sample& sample,
                             geometry::Examples& examples) const {
  const geometry::SplitExamples& split = SplitOf(task.data, sample.split);
  if (split.size() == 0) {
    const std::string of = task.name.empty() ? "" : absl::StrCat(" of task ", task.name);
    return absl::InvalidArgumentError(absl::StrCat("probe ", sample.probe, ": the ",
                                                   contract::EnumName(sample.split), " split", of,
                                                   " has no examples"));
  }
  sample.indices = DrawIndices(Key(sample), training_->seed, split.size(), wanted);
  examples = (wanted >= split.size() ? split.All() : split.Take(sample.indices))
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

bool Measuring::IsDue(size_t item, const State& state) const {
  if (state.step == 0) return true;
  if (!items_[item].every.DueAt(state.step)) return false;
  if (!budget_.has_value() || state.step == training_->total_steps) return true;
  return budget_->Allows(item, state.spending, state.step);
}

bool Measuring::DueAt(const State& state) const {
  if (state.step == 0 || state.step == training_->total_steps) return true;
  for (size_t i = 0; i < items_.size(); ++i) {
    if (IsDue(i, state)) return true;
  }
  return false;
}

geometry::Subject Measuring::SubjectOf(const Item& item, const State& state) const {
  geometry::Subject subject;
  subject.network = {item.task->model.get(), state.variables.parameters, state.variables.buffers};
  subject.objective = item.task->objective.get();
  subject.sample = item.examples;
  if (item.second != nullptr) {
    // Of two tasks what is compared is what is trained, with their weights.
    subject.objective = item.task->weighted.get();
    subject.second = {item.second->model.get(), item.second->weighted.get(), item.second_examples};
  }
  subject.chunk_size = item.chunk_size;
  subject.seed = training_->seed;
  subject.step = state.step;
  subject.learning_rate = training_->Rate(state);
  subject.descent = training_->rule.form;
  if (training_->play != nullptr)
    SetMatch(*training_, state, item.task - training_->tasks.data(), subject);
  subject.normalization = item.task->data.normalization;
  return subject;
}

absl::StatusOr<geometry::Reading> Measuring::Read(const Item& item, State& state) const try {
  const std::string prefix = absl::StrCat(Key(item.sample), "/");
  geometry::Reading reading =
      item.probe->Measure(SubjectOf(item, state), TakeWarmStart(prefix, state.warm_starts));
  for (const geometry::NamedTensor& named : reading.warm_start) {
    state.warm_starts.push_back({prefix + named.name, named.tensor});
  }
  return reading;
} catch (const std::exception& exception) {
  const absl::Status status = ToStatus(exception);
  return absl::Status(status.code(),
                      absl::StrCat("probe ", item.sample.probe, ": ", status.message()));
}

absl::StatusOr<Records> Measuring::Measure(State& state, Pulse& pulse, bool everything) {
  Records records;
  Accuracies accuracies;
  Spending& spending = state.spending;
  spending.last.resize(items_.size());
  for (size_t i = 0; i < items_.size(); ++i) {
    if (spending.last[i].step == state.step || !(everything || IsDue(i, state))) continue;
    const Item& item = items_[i];
    const double start = pulse.Elapsed();
    const auto reading = Read(item, state);
    if (!reading.ok()) return reading.status();
    const double end = pulse.Elapsed();
    pulse.AddMeasuring(end - start);
    const Sample& sample = item.sample;
    const Occasion occasion{sample.probe, sample.task, sample.learner, sample.split, state.step,
                            end - start,  end};
    for (const geometry::Measurement& measurement : reading->measurements) {
      AddPoint(occasion, measurement, records);
      if (measurement.quantity == "accuracy") {
        accuracies[{sample.probe, sample.task, sample.split}] = measurement;
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
  spending.last.resize(items_.size());
  bool measured = state.step == 0 || state.step == training_->total_steps;
  for (size_t i = 0; i < items_.size(); ++i) {
    // Without a budget the step alone tells what was measured at it.
    if (!budget_.has_value() && IsDue(i, state)) spending.last[i].step = state.step;
    measured |= spending.last[i].step == state.step;
  }
  if (measured) measured_step_ = state.step;
}

std::vector<Sample> Measuring::Samples() const {
  std::vector<Sample> samples;
  for (const Item& item : items_) samples.push_back(item.sample);
  return samples;
}

std::vector<Recurrence> Measuring::Cadences() const {
  std::vector<Recurrence> cadences;
  for (const Item& item : items_) cadences.push_back(item.every);
  return cadences;
}

}  // namespace geometer::trainer
