#include "client/task_transfer.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/point_query.h"

namespace geometer::client {
namespace {

// The index of the task of the update before each measured step.
absl::StatusOr<std::map<uint64_t, size_t>> Trained(const TaskTransferQuery& query,
                                                   Connection& server) {
  v1::Series series;
  series.set_probe("training");
  series.set_quantity("task");
  const auto points = QueryPoints(query.job_id, series, server);
  if (!points.ok()) return points.status();
  std::map<uint64_t, size_t> trained;
  for (const Point& point : *points) trained[point.step] = static_cast<size_t>(point.value);
  if (!trained.empty()) return trained;
  return absl::FailedPreconditionError(absl::StrCat(
      "job ", query.job_id, " has no tasks that take turns (learner.multitask.order)"));
}

// Values by step of each task, of one probe on one split: the first that has them all.
using Values = std::map<uint64_t, std::map<std::string, double>>;

absl::StatusOr<Values> Measured(const TaskTransferQuery& query, size_t tasks, Connection& server) {
  v1::Series series;
  series.set_probe(query.probe);
  series.set_quantity(query.quantity);
  series.set_split(query.split);
  const auto points = QueryPoints(query.job_id, series, server);
  if (!points.ok()) return points.status();
  std::map<std::pair<std::string, int>, Values> found;
  for (const Point& point : *points) {
    if (point.series.task().empty()) continue;
    found[{point.series.probe(), point.series.split()}][point.step][point.series.task()] =
        point.value;
  }
  for (auto& [place, values] : found) {
    std::erase_if(values, [tasks](const auto& step) { return step.second.size() < tasks; });
    if (!values.empty()) return std::move(values);
  }
  return NoSuchPoints(query.job_id, query.quantity, server);
}

}  // namespace

std::optional<size_t> TaskTransfer::FirstTurn(size_t task) const {
  const auto found =
      std::ranges::find_if(turns, [&](const Turn& turn) { return turn.task == tasks[task]; });
  if (found == turns.end()) return std::nullopt;
  return found - turns.begin();
}

std::optional<double> TaskTransfer::Forgetting(size_t task) const {
  std::optional<double> most;
  for (size_t k = 1; k + 1 < turns.size(); ++k) {
    const double lost = -Gain(turns[k].values[task], turns.back().values[task]);
    most = std::max(most.value_or(lost), lost);
  }
  return most;
}

std::optional<double> TaskTransfer::Backward(size_t task) const {
  const auto own = FirstTurn(task);
  if (!own.has_value() || *own + 1 >= turns.size()) return std::nullopt;
  return Gain(turns[*own].values[task], turns.back().values[task]);
}

std::optional<double> TaskTransfer::Forward(size_t task) const {
  const auto own = FirstTurn(task);
  if (!own.has_value() || *own < 2 || !turns[0].task.empty()) return std::nullopt;
  return Gain(turns[0].values[task], turns[*own - 1].values[task]);
}

absl::StatusOr<TaskTransfer> ReadTaskTransfer(const TaskTransferQuery& query, Connection& server) {
  v1::GetJobRequest request;
  request.set_job_id(query.job_id);
  const auto job = server.Call(&v1::JobService::Stub::GetJob, request);
  if (!job.ok()) return job.status();
  const auto trained = Trained(query, server);
  if (!trained.ok()) return trained.status();
  TaskTransfer transfer;
  transfer.higher_is_better = absl::EndsWith(query.quantity, "accuracy");
  for (const v1::Task& task : job->job().spec().learners(0).multitask().tasks()) {
    transfer.tasks.push_back(task.name());
  }
  const auto measured = Measured(query, transfer.tasks.size(), server);
  if (!measured.ok()) return measured.status();
  for (const auto& [step, values] : *measured) {
    TaskTransfer::Turn turn{.step = step};
    if (const auto on = trained->find(step); on != trained->end()) {
      if (on->second >= transfer.tasks.size()) continue;
      turn.task = transfer.tasks[on->second];
    }
    for (const std::string& task : transfer.tasks) {
      const auto value = values.find(task);
      if (value != values.end()) turn.values.push_back(value->second);
    }
    if (turn.values.size() < transfer.tasks.size()) continue;
    // A later measurement in the same turn takes the place of an earlier one.
    if (!transfer.turns.empty() && transfer.turns.back().task == turn.task) {
      transfer.turns.pop_back();
    }
    transfer.turns.push_back(std::move(turn));
  }
  return transfer;
}

}  // namespace geometer::client
