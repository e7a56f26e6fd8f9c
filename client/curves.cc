#include "client/curves.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/point_query.h"
#include "client/rendering/series.h"
#include "client/spec_difference.h"

namespace geometer::client {
namespace {

// The points of one series of one job.
struct JobCurve {
  size_t job;  // index into the query's jobs
  v1::Series series;
  std::vector<Point> points;
};

// The quantity of the probe "training" that an axis shows; empty where each point itself knows.
std::string TrainingQuantity(Axis axis) {
  switch (axis) {
    case Axis::kEpochs:
      return "epochs";
    case Axis::kExamples:
      return "examples";
    case Axis::kFlowTime:
      return "flow_time";
    case Axis::kStep:
    case Axis::kTime:
    case Axis::kFirst:
      return "";
  }
  return "";
}

// The place of each step on the axis; empty where each point itself knows.
absl::StatusOr<std::map<uint64_t, double>> Places(int64_t job_id, Axis axis, Connection& server) {
  std::map<uint64_t, double> places;
  if (TrainingQuantity(axis).empty()) return places;
  v1::Series series;
  series.set_probe("training");
  series.set_quantity(TrainingQuantity(axis));
  const auto points = QueryPoints(job_id, series, server);
  if (!points.ok()) return points.status();
  if (points->empty()) return NoSuchPoints(job_id, series.quantity(), server);
  for (const Point& point : *points) places[point.step] = point.value;
  return places;
}

absl::StatusOr<std::vector<JobCurve>> ReadJob(const CurveQuery& query, size_t job,
                                              Connection& server) {
  v1::Series wanted;
  wanted.set_probe(query.probe);
  wanted.set_quantity(query.quantity);
  wanted.set_split(query.split);
  const auto points = QueryPoints(query.job_ids[job], wanted, server);
  if (!points.ok()) return points.status();
  std::vector<JobCurve> curves;
  for (const Point& point : *points) {
    const std::string key = point.series.SerializeAsString();
    if (curves.empty() || curves.back().series.SerializeAsString() != key) {
      curves.push_back({job, point.series, {}});
    }
    curves.back().points.push_back(point);
  }
  if (curves.empty()) return NoSuchPoints(query.job_ids[job], query.quantity, server);
  return curves;
}

bool Distinct(const std::vector<std::string>& names) {
  return std::set<std::string>(names.begin(), names.end()).size() == names.size();
}

absl::StatusOr<std::vector<std::string>> JobLabels(const CurveQuery& query, Connection& server) {
  std::vector<std::string> names;
  std::vector<std::string> numbered;
  std::vector<v1::JobSpec> specs;
  for (const int64_t id : query.job_ids) {
    v1::GetJobRequest request;
    request.set_job_id(id);
    const auto response = server.Call(&v1::JobService::Stub::GetJob, request);
    if (!response.ok()) return response.status();
    names.push_back(response->job().name());
    numbered.push_back(absl::StrCat(names.back(), " #", id));
    specs.push_back(response->job().spec());
  }
  if (Distinct(names)) return names;
  const std::vector<std::string> differences = WhatDiffers(specs);
  return Distinct(differences) ? differences : numbered;
}

std::vector<std::string> CurveLabels(const std::vector<JobCurve>& curves,
                                     const std::vector<std::string>& job_labels) {
  std::vector<v1::Series> series;
  for (const JobCurve& curve : curves) series.push_back(curve.series);
  std::vector<std::string> labels = SeriesNames(series);
  const bool one_series = std::set<std::string>(labels.begin(), labels.end()).size() == 1;
  for (size_t i = 0; i < curves.size(); ++i) {
    if (job_labels.size() == 1) continue;
    const std::string& job = job_labels[curves[i].job];
    labels[i] = one_series ? job : absl::StrCat(job, ", ", labels[i]);
  }
  return labels;
}

// Takes the first of the job's curves: the places of the others.
absl::StatusOr<std::map<uint64_t, double>> TakeFirst(const CurveQuery& query,
                                                     std::vector<JobCurve>& curves) {
  std::map<uint64_t, double> places;
  const int64_t job_id = query.job_ids[curves.front().job];
  for (const Point& point : curves.front().points) places[point.step] = point.value;
  curves.erase(curves.begin());
  if (!curves.empty()) return places;
  return absl::NotFoundError(absl::StrCat("job ", job_id, " has one ", query.quantity,
                                          ", and no second to draw against it"));
}

Curve Place(const JobCurve& from, Axis axis, const std::map<uint64_t, double>& places) {
  const bool by_itself = axis == Axis::kStep || axis == Axis::kTime;
  Curve curve;
  for (const Point& point : from.points) {
    const auto place = places.find(point.step);
    if (!by_itself && place == places.end()) continue;
    curve.x.push_back(axis == Axis::kStep   ? static_cast<double>(point.step)
                      : axis == Axis::kTime ? point.elapsed
                                            : place->second);
    curve.y.push_back(point.value);
  }
  return curve;
}

}  // namespace

std::string AxisLabel(const CurveQuery& query) {
  switch (query.x) {
    case Axis::kStep:
      return "step";
    case Axis::kEpochs:
      return "epochs";
    case Axis::kExamples:
      return "examples";
    case Axis::kTime:
      return "time (s)";
    case Axis::kFlowTime:
      return "flow time (sum of learning rates)";
    case Axis::kFirst:
      return "the first " + query.quantity;
  }
  return "";
}

absl::StatusOr<std::vector<Curve>> ReadCurves(const CurveQuery& query, Connection& server) {
  const auto job_labels = JobLabels(query, server);
  if (!job_labels.ok()) return job_labels.status();
  std::vector<JobCurve> raw;
  std::vector<Curve> curves;
  for (size_t job = 0; job < query.job_ids.size(); ++job) {
    auto of_job = ReadJob(query, job, server);
    if (!of_job.ok()) return of_job.status();
    const auto places = query.x == Axis::kFirst ? TakeFirst(query, *of_job)
                                                : Places(query.job_ids[job], query.x, server);
    if (!places.ok()) return places.status();
    for (JobCurve& curve : *of_job) {
      curves.push_back(Place(curve, query.x, *places));
      raw.push_back(std::move(curve));
    }
  }
  const std::vector<std::string> labels = CurveLabels(raw, *job_labels);
  for (size_t i = 0; i < curves.size(); ++i) curves[i].label = labels[i];
  return curves;
}

}  // namespace geometer::client
