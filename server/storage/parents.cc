#include "server/storage/parents.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "geometer/v1/job_service.pb.h"
#include "server/storage/job_store.h"
#include "server/storage/result_store.h"
#include "server/storage/transitions.h"

namespace geometer::server {
namespace {

absl::Status Invalid(const std::string& path, absl::string_view rule, absl::string_view got) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", rule, ", got ", got));
}

absl::Status NotYet(const std::string& path, const v1::Job& job) {
  const bool ended = HasEnded(job.state()) || job.state() == v1::JOB_STATE_HELD;
  return absl::FailedPreconditionError(
      absl::StrCat(path, ".job: must be a job that has succeeded, got job ", job.id(),
                   ", which is ", NameOf(job.state()),
                   ended ? ": choose another one"
                         : absl::StrCat(": wait for its end, `geometer watch ", job.id(), "`")));
}

absl::Status Resolve(Database& database, const std::string& path, v1::Parent& parent) {
  const absl::StatusOr<v1::Job> job = JobStore(database).Get(parent.job());
  if (absl::IsNotFound(job.status())) {
    return Invalid(path + ".job", "must be a job of this server", absl::StrCat(parent.job()));
  }
  if (!job.ok()) return job.status();
  if (job->state() != v1::JOB_STATE_SUCCEEDED) return NotYet(path, *job);
  const uint64_t last = job->progress().step();
  if (parent.step() != 0 && parent.step() != last) {
    return Invalid(path + ".step", absl::StrCat("must be 0 or job ", job->id(), "'s last, ", last),
                   absl::StrCat(parent.step()));
  }
  const auto artifacts = ResultStore(database).ListArtifacts(job->id());
  if (!artifacts.ok()) return artifacts.status();
  const auto weights = std::ranges::find(*artifacts, kWeightsArtifact, &v1::Artifact::name);
  if (weights == artifacts->end()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ".job: job ", job->id(), " left no ", kWeightsArtifact));
  }
  if (!parent.sha256().empty() && parent.sha256() != weights->sha256()) {
    return Invalid(
        path + ".sha256",
        absl::StrCat("must be that of job ", job->id(), "'s weights, ", weights->sha256()),
        parent.sha256());
  }
  parent.set_step(last);
  parent.set_sha256(weights->sha256());
  return absl::OkStatus();
}

}  // namespace

absl::Status ResolveParents(Database& database, v1::JobSpec& spec) {
  for (int i = 0; i < spec.learners_size(); ++i) {
    v1::Model& model = *spec.mutable_learners(i)->mutable_model();
    if (!model.weights().has_parent()) continue;
    absl::Status status = Resolve(database, absl::StrCat("learners[", i, "].model.weights.parent"),
                                  *model.mutable_weights()->mutable_parent());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void InsertParents(Database& database, int64_t job_id, const v1::JobSpec& spec) {
  for (const v1::Learner& learner : spec.learners()) {
    const v1::InitialWeights& weights = learner.model().weights();
    if (!weights.has_parent()) continue;
    database.Run("INSERT OR IGNORE INTO job_parent (job, parent) VALUES (?1, ?2)", job_id,
                 static_cast<int64_t>(weights.parent().job()));
  }
}

std::optional<int64_t> FindLiveChild(Database& database, int64_t job_id) {
  Statement row = database.Query(
      "SELECT job.id FROM job_parent JOIN job ON job.id = job_parent.job"
      " WHERE parent = ?1 AND state IN (?2, ?3, ?4) ORDER BY job.id LIMIT 1",
      job_id, v1::JOB_STATE_QUEUED, v1::JOB_STATE_RUNNING, v1::JOB_STATE_HELD);
  return row.Next() ? std::optional(row.Column<int64_t>(0)) : std::nullopt;
}

}  // namespace geometer::server
