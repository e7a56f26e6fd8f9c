#include "worker/trainer/cost.h"

#include <google/protobuf/util/json_util.h>
#include <sys/resource.h>

#include <cmath>
#include <exception>
#include <iostream>
#include <numeric>
#include <utility>

#include "proto/contract/data_facts.h"
#include "worker/trainer/batches.h"
#include "worker/trainer/budget.h"
#include "worker/trainer/environment.h"
#include "worker/trainer/failures.h"
#include "worker/trainer/job_file.h"
#include "worker/trainer/measuring.h"
#include "worker/trainer/penalty_cost.h"
#include "worker/trainer/pulse.h"
#include "worker/trainer/setup.h"
#include "worker/trainer/supervisor.h"
#include "worker/trainer/update.h"

namespace geometer::trainer {
namespace {

constexpr int kColdUpdates = 3;
constexpr int kMostRounds = 20;  // of measurements that take no time

using Seconds = std::vector<double>;

double Sum(const Seconds& seconds) { return std::accumulate(seconds.begin(), seconds.end(), 0.0); }

// Whom the calibration reports to.
class Nobody : public Supervisor {
 public:
  void Report(const v1::TrainerReport&) override {}
  Request Poll() override { return Request::kNone; }
};

// A run that goes on just long enough to tell its costs.
class Calibration {
 public:
  // Borrows both.
  Calibration(const Training& training, Measuring& measuring)
      : training_(training),
        measuring_(measuring),
        batches_(training),
        state_(InitialState(training)),
        pulse_(nobody_, training) {}

  // The mean seconds of an update, from so many `seconds` of them.
  absl::StatusOr<double> TimeUpdates(double seconds) {
    for (int i = 0; i < kColdUpdates; ++i) {
      if (const auto cold = Update(); !cold.ok()) return cold.status();
    }
    double sum = 0;
    int updates = 0;
    do {
      const auto update = Update();
      if (!update.ok()) return update.status();
      sum += *update;
      ++updates;
    } while (sum < seconds);
    return sum / updates;
  }

  // The mean seconds of a measurement, by sample, from about so many `seconds` of them.
  absl::StatusOr<Seconds> TimeMeasurements(double seconds) {
    auto cold = Measure();
    if (!cold.ok() || Sum(*cold) >= seconds) return cold;
    Seconds sums(cold->size());
    int rounds = 0;
    for (; rounds < kMostRounds && Sum(sums) < seconds; ++rounds) {
      const auto round = Measure();
      if (!round.ok()) return round.status();
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += (*round)[i];
    }
    for (double& sum : sums) sum /= rounds;
    return sums;
  }

 private:
  // Makes an update, if need be the first one anew, and returns its seconds.
  absl::StatusOr<double> Update() {
    if (state_.step == training_.total_steps) state_ = InitialState(training_);
    while (true) {
      const double start = pulse_.Elapsed();
      if (Advance(training_, batches_, state_)) return pulse_.Elapsed() - start;
      if (state_.step == 0) {
        return absl::FailedPreconditionError("the loss is not finite at the first step");
      }
      state_ = InitialState(training_);
    }
  }

  // Takes every measurement, after an update since no step is measured twice.
  absl::StatusOr<Seconds> Measure() {
    if (const auto update = Update(); !update.ok()) return update.status();
    const auto records = measuring_.Measure(state_, pulse_, /*everything=*/true);
    if (!records.ok()) return records.status();
    Seconds seconds;
    for (const LastMeasurement& last : state_.spending.last) seconds.push_back(last.seconds);
    return seconds;
  }

  const Training& training_;
  Measuring& measuring_;
  Batches batches_;
  State state_;
  Nobody nobody_;
  Pulse pulse_;
};

v1::PartCost Part(double seconds, int64_t times) {
  v1::PartCost part;
  part.set_seconds(seconds);
  part.set_times(times);
  part.set_total_seconds(seconds * static_cast<double>(times));
  return part;
}

// The updates, and every sample's measurements: at step 0 and whenever its cadence says so.
v1::CostEstimate Parts(const Training& training, const Measuring& measuring, double update,
                       const Seconds& seconds) {
  v1::CostEstimate estimate;
  *estimate.mutable_updates() = Part(update, training.total_steps);
  const std::vector<Sample> samples = measuring.Samples();
  const std::vector<Recurrence> cadences = measuring.Cadences();
  for (size_t i = 0; i < samples.size(); ++i) {
    v1::PartCost part = Part(seconds[i], 1 + cadences[i].Times());
    part.set_probe(samples[i].probe);
    part.set_split(samples[i].split);
    part.set_task(samples[i].learner.empty() ? samples[i].task : samples[i].learner);
    *estimate.add_measurements() = std::move(part);
  }
  return estimate;
}

// What each penalty takes of the updates.
void AddPenalties(const v1::JobSpec& spec, const PenaltyCost& cost, v1::CostEstimate& estimate) {
  for (size_t i = 0; i < cost.extra.size(); ++i) {
    const v1::Regularizer& penalty = spec.learners(0).regularizers(static_cast<int>(i));
    v1::PartCost part = Part(cost.extra[i], static_cast<int64_t>(estimate.updates().times()));
    part.set_penalty(std::string(contract::PenaltyName(penalty)));
    part.set_plain_updates(cost.extra[i] / cost.plain);
    part.set_share(part.total_seconds() / estimate.total_seconds());
    *estimate.add_penalties() = std::move(part);
  }
}

void AddTotals(v1::CostEstimate& estimate) {
  double total = estimate.updates().total_seconds();
  for (const v1::PartCost& part : estimate.measurements()) total += part.total_seconds();
  const double updating = estimate.updates().total_seconds() / total;
  estimate.set_total_seconds(total);
  estimate.set_measuring_share(1 - updating);
  estimate.mutable_updates()->set_share(updating);
  for (v1::PartCost& part : *estimate.mutable_measurements()) {
    part.set_share(part.total_seconds() / total);
  }
}

// What the budget will say after the first update, and the run that follows if it goes on like
// that.
v1::BudgetedCost Budgeted(const Training& training, const Measuring& measuring,
                          const v1::CostEstimate& estimate) {
  Seconds periods;
  for (const Recurrence& cadence : measuring.Cadences()) periods.push_back(cadence.period());
  Spending spending;
  spending.training_seconds = estimate.updates().seconds();
  for (const v1::PartCost& part : estimate.measurements()) {
    spending.measuring_seconds += part.seconds();
    spending.last.push_back({part.seconds(), /*step=*/0});
  }
  const double stretch =
      Budget(*training.budget, training.total_steps, periods).Stretch(spending, /*step=*/1);

  double measured = 0;
  for (const v1::PartCost& part : estimate.measurements()) {
    const double start_and_end = 2 * part.seconds();
    measured += start_and_end + (part.total_seconds() - start_and_end) / stretch;
  }
  v1::BudgetedCost budgeted;
  budgeted.set_budget(*training.budget);
  budgeted.set_stretch(stretch);
  budgeted.set_total_seconds(estimate.updates().total_seconds() + measured);
  budgeted.set_measuring_share(measured / budgeted.total_seconds());
  return budgeted;
}

uint64_t PeakMemoryBytes() {
  constexpr uint64_t kUnit = 1024;  // Linux tells KiB
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return kUnit * static_cast<uint64_t>(usage.ru_maxrss);
}

absl::StatusOr<v1::CostEstimate> Calibrate(const Training& training, Measuring& measuring,
                                           double seconds) {
  Calibration calibration(training, measuring);
  const auto update = calibration.TimeUpdates(seconds);
  if (!update.ok()) return update.status();
  const auto measurements = calibration.TimeMeasurements(seconds / 2);
  if (!measurements.ok()) return measurements.status();
  v1::CostEstimate estimate = Parts(training, measuring, *update, *measurements);
  AddTotals(estimate);
  if (training.budget.has_value()) {
    *estimate.mutable_budgeted() = Budgeted(training, measuring, estimate);
  }
  estimate.set_peak_memory_bytes(PeakMemoryBytes());
  return estimate;
}

int Refuse(const absl::Status& status) {
  constexpr int kFailed = 1;
  constexpr int kBadJob = 2;
  std::cerr << std::string(status.message()) << '\n';
  return absl::IsInvalidArgument(status) ? kBadJob : kFailed;
}

}  // namespace

absl::StatusOr<v1::CostEstimate> EstimateCost(const v1::JobSpec& spec,
                                              const std::filesystem::path& data_sets,
                                              double seconds) try {
  DatasetLoader datasets;
  auto training = SetUp(spec, data_sets, datasets);
  if (!training.ok()) return training.status();
  auto measuring = Measuring::Make(spec, *training);
  if (!measuring.ok()) return measuring.status();
  auto estimate = Calibrate(*training, *measuring, seconds);
  if (estimate.ok() && training->play == nullptr && !training->tasks[0].penalties.empty()) {
    AddPenalties(spec, TimePenalties(*training, seconds / 2), *estimate);
  }
  return estimate;
} catch (const std::exception& exception) {
  return ToStatus(exception);
}

int PrintCost(const CostOptions& options, char** arguments) {
  const auto spec = ReadJob(options.job, options.overrides);
  if (!spec.ok()) return Refuse(absl::InvalidArgumentError(spec.status().message()));
  EnsureVariables(*spec, arguments);
  const auto estimate = EstimateCost(*spec, options.data_sets);
  if (!estimate.ok()) return Refuse(estimate.status());
  google::protobuf::util::JsonPrintOptions format;
  format.add_whitespace = true;
  format.preserve_proto_field_names = true;
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(*estimate, &json, format);
  if (!printed.ok()) return Refuse(absl::InternalError(printed.ToString()));
  std::cout << json;
  return 0;
}

}  // namespace geometer::trainer
