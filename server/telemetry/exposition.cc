#include "server/telemetry/exposition.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/time/clock.h"
#include "proto/contract/names.h"
#include "server/storage/job_store.h"

namespace geometer::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

MetricFamily Gauges(const char* name, const char* help) {
  return {name, help, MetricType::Gauge, {}};
}

MetricFamily Counters(const char* name, const char* help) {
  return {name, help, MetricType::Counter, {}};
}

void Add(MetricFamily& family, Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
}

void AddJobs(const JobCounts& counts, std::vector<MetricFamily>& families) {
  MetricFamily jobs = Gauges("geometer_jobs", "Jobs by state.");
  for (int state = v1::JOB_STATE_QUEUED; v1::JobState_IsValid(state); ++state) {
    const auto found = counts.by_state.find(static_cast<v1::JobState>(state));
    Add(jobs, {{"state", contract::EnumName(static_cast<v1::JobState>(state))}},
        found == counts.by_state.end() ? 0.0 : static_cast<double>(found->second));
  }
  MetricFamily oldest = Gauges("geometer_queue_oldest_seconds",
                               "Time that the oldest queued job has waited; 0: none.");
  Add(oldest, {},
      counts.oldest_queued ? absl::ToDoubleSeconds(absl::Now() - *counts.oldest_queued) : 0.0);
  families.push_back(std::move(jobs));
  families.push_back(std::move(oldest));
}

void AddWorkers(const std::vector<v1::Worker>& workers, std::vector<MetricFamily>& families) {
  MetricFamily count = Gauges("geometer_workers", "Connected workers.");
  Add(count, {}, static_cast<double>(workers.size()));
  MetricFamily slots = Gauges("geometer_slots", "Slots of connected workers.");
  for (const v1::Worker& worker : workers) {
    const int busy = worker.job_ids_size();
    Add(slots, {{"worker", worker.id()}, {"state", "busy"}}, busy);
    Add(slots, {{"worker", worker.id()}, {"state", "free"}},
        std::max(0, static_cast<int>(worker.slots()) - busy));
  }
  families.push_back(std::move(count));
  families.push_back(std::move(slots));
}

Labels SlotLabels(const std::string& worker_id, uint32_t slot) {
  return {{"worker", worker_id}, {"slot", std::to_string(slot)}};
}

Labels With(Labels labels, Labels more) {
  labels.insert(labels.end(), more.begin(), more.end());
  return labels;
}

// One entry per slot, its newest: two samples with equal labels would spoil the whole scrape.
template <typename T>
std::map<std::pair<std::string, uint32_t>, T> BySlot(std::vector<T> oldest_first) {
  std::map<std::pair<std::string, uint32_t>, T> by_slot;
  for (T& entry : oldest_first) {
    by_slot.insert_or_assign({entry.worker_id, entry.slot}, std::move(entry));
  }
  return by_slot;
}

void AddLive(const LiveAttempts& live, std::vector<MetricFamily>& families) {
  MetricFamily info = Gauges("geometer_slot_info", "Names the job that a slot is running.");
  MetricFamily values = Gauges("geometer_metric", "Newest value of a measured quantity.");
  MetricFamily examples =
      Counters("geometer_slot_examples_total", "Examples that the running attempt has trained on.");
  for (const auto& [key, attempt] : BySlot(live.All())) {
    const Labels slot = SlotLabels(attempt.worker_id, attempt.slot);
    Add(info, With(slot, {{"job_id", std::to_string(attempt.job_id)}, {"name", attempt.job_name}}),
        1);
    Add(examples, slot, attempt.examples);
    for (const auto& [metric, value] : attempt.values) {
      Add(values, With(slot, {{"metric", metric.first}, {"split", metric.second}}), value);
    }
  }
  MetricFamily points = Counters("geometer_points_total", "Points taken in.");
  Add(points, {}, static_cast<double>(live.PointsObserved()));
  for (MetricFamily* family : {&info, &values, &examples, &points}) {
    families.push_back(std::move(*family));
  }
}

MetricFamily Steps(const std::vector<Lease>& leases) {
  MetricFamily steps = Gauges("geometer_slot_step", "Completed updates of the running attempt.");
  for (const auto& [key, lease] : BySlot(leases)) {
    Add(steps, SlotLabels(lease.worker_id, lease.slot), static_cast<double>(lease.progress.step()));
  }
  return steps;
}

}  // namespace

std::vector<MetricFamily> Exposition::Collect() const {
  std::vector<MetricFamily> families;
  const auto counts = sources_.store.ReadAndWait<JobCounts>(
      [](Database& database) -> absl::StatusOr<JobCounts> { return JobStore(database).Count(); });
  if (counts.ok()) AddJobs(*counts, families);
  AddWorkers(sources_.scheduler.ListWorkers(), families);
  AddLive(sources_.live, families);
  families.push_back(Steps(sources_.scheduler.AllLeases()));
  families.push_back({"geometer_commit_seconds",
                      "Time from taking a record in to its being on disk.",
                      MetricType::Histogram,
                      {sources_.commit_seconds.Collect()}});
  families.push_back(sources_.rpcs.Collect());
  return families;
}

std::unique_ptr<prometheus::Histogram> MakeCommitSeconds() {
  return std::make_unique<prometheus::Histogram>(prometheus::Histogram::BucketBoundaries{
      0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4});
}

std::string ToText(const prometheus::Collectable& collectable) {
  return prometheus::TextSerializer().Serialize(collectable.Collect());
}

std::string ServiceDiscovery(const Scheduler& scheduler) {
  nlohmann::json groups = nlohmann::json::array();
  for (const auto& [worker_id, address] : scheduler.MetricsAddresses()) {
    groups.push_back({{"targets", {address}}, {"labels", {{"worker", worker_id}}}});
  }
  return groups.dump();
}

}  // namespace geometer::server
