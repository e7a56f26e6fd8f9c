#include "server/storage/parents.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "geometer/v1/job_service.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/contract/data_facts.h"
#include "proto/contract/weights_file.h"
#include "server/storage/job_store.h"
#include "server/storage/result_store.h"
#include "server/storage/transitions.h"

namespace geometer::server {
namespace {

using google::protobuf::util::MessageDifferencer;

absl::Status Invalid(const std::string& path, absl::string_view rule, absl::string_view got) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", rule, ", got ", got));
}

absl::Status NotSucceeded(const std::string& path, const v1::Job& job) {
  const std::string what = absl::StrCat(path, ".job: must be a job that has succeeded, got job ",
                                        job.id(), ", which is ", NameOf(job.state()));
  return HasEnded(job.state())
             ? absl::FailedPreconditionError(absl::StrCat(what, ": choose another one"))
             : absl::UnavailableError(what);
}

absl::StatusOr<v1::Job> FindParent(Database& database, const std::string& path,
                                   const v1::Parent& parent) {
  absl::StatusOr<v1::Job> job = JobStore(database).Get(parent.job());
  if (absl::IsNotFound(job.status())) {
    return Invalid(path + ".job", "must be a job of this server (`geometer list`)",
                   absl::StrCat(parent.job()));
  }
  if (job.ok() && job->spec().learners_size() > 1) {
    return Invalid(path + ".job", "must be a job of one network",
                   absl::StrCat("job ", job->id(), ", a game"));
  }
  return job;
}

// Fills in step and digest of the parent, which is `job`.
absl::Status Resolve(Database& database, const std::string& path, const v1::Job& job,
                     v1::Parent& parent) {
  if (job.state() != v1::JOB_STATE_SUCCEEDED) return NotSucceeded(path, job);
  const uint64_t last = job.progress().step();
  if (parent.step() != 0 && parent.step() != last) {
    return Invalid(path + ".step", absl::StrCat("must be 0 or job ", job.id(), "'s last, ", last),
                   absl::StrCat(parent.step()));
  }
  const auto artifacts = ResultStore(database).ListArtifacts(job.id());
  if (!artifacts.ok()) return artifacts.status();
  const auto weights = std::ranges::find(*artifacts, contract::kWeightsFile, &v1::Artifact::name);
  if (weights == artifacts->end()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ".job: job ", job.id(), " left no ", contract::kWeightsFile));
  }
  if (!parent.sha256().empty() && parent.sha256() != weights->sha256()) {
    return Invalid(
        path + ".sha256",
        absl::StrCat("must be that of job ", job.id(), "'s weights, ", weights->sha256()),
        parent.sha256());
  }
  parent.set_step(last);
  parent.set_sha256(weights->sha256());
  return absl::OkStatus();
}

// Whether the network of `parent` was trained on inputs that were scaled as those of `data` are.
bool ScaledAlike(const v1::JobSpec& parent, const v1::Dataset& data) {
  return std::ranges::any_of(parent.data(), [&](const v1::Dataset& own) {
    return MessageDifferencer::Equals(own.normalization(), data.normalization());
  });
}

// Fills in the network of `parent`, that of the embedding at `path` of `data`.
absl::Status FillModel(const std::string& path, const v1::Job& parent, v1::Dataset& data) {
  const v1::JobSpec& spec = parent.spec();
  if (std::ranges::any_of(spec.data(), &v1::Dataset::has_embedding)) {
    return Invalid(path + ".parent.job", "must be a job on inputs",
                   absl::StrCat("job ", parent.id(), " on an embedding"));
  }
  if (!ScaledAlike(spec, data)) {
    return Invalid(path, absl::StrCat("needs inputs normalised as job ", parent.id(), "'s"),
                   "another normalization (`geometer show` prints that one)");
  }
  v1::Model model = spec.learners(0).model();
  model.clear_weights();
  if (data.embedding().has_model() &&
      !MessageDifferencer::Equals(data.embedding().model(), model)) {
    return Invalid(path + ".model", absl::StrCat("must be left out or that of job ", parent.id()),
                   "another one");
  }
  *data.mutable_embedding()->mutable_model() = std::move(model);
  return absl::OkStatus();
}

absl::Status ResolveEmbedding(Database& database, const std::string& path, v1::Dataset& data) {
  v1::Parent& parent = *data.mutable_embedding()->mutable_parent();
  const auto job = FindParent(database, path + ".parent", parent);
  if (!job.ok()) return job.status();
  if (absl::Status status = FillModel(path, *job, data); !status.ok()) return status;
  return Resolve(database, path + ".parent", *job, parent);
}

absl::Status ResolveWeights(Database& database, const std::string& path, v1::Parent& parent) {
  const auto job = FindParent(database, path, parent);
  return job.ok() ? Resolve(database, path, *job, parent) : job.status();
}

}  // namespace

absl::Status ResolveParents(Database& database, v1::JobSpec& spec) {
  absl::Status all;
  const auto add = [&all](const absl::Status& status) {
    if (all.ok() || (absl::IsUnavailable(all) && !status.ok())) all = status;
  };
  for (int i = 0; i < spec.data_size(); ++i) {
    if (!spec.data(i).has_embedding()) continue;
    add(ResolveEmbedding(database, absl::StrCat("data[", i, "].embedding"), *spec.mutable_data(i)));
  }
  for (int i = 0; i < spec.learners_size(); ++i) {
    v1::Model& model = *spec.mutable_learners(i)->mutable_model();
    if (!model.weights().has_parent()) continue;
    add(ResolveWeights(database, absl::StrCat("learners[", i, "].model.weights.parent"),
                       *model.mutable_weights()->mutable_parent()));
  }
  return all;
}

void InsertParents(Database& database, int64_t job_id, const v1::JobSpec& spec) {
  for (const contract::ParentAt& at : contract::ParentsOf(spec)) {
    database.Run("INSERT OR IGNORE INTO job_parent (job, parent) VALUES (?1, ?2)", job_id,
                 static_cast<int64_t>(at.parent->job()));
  }
}

std::optional<int64_t> FindLiveChild(Database& database, int64_t job_id) {
  Statement row = database.Query(
      "SELECT job.id FROM job_parent JOIN job ON job.id = job_parent.job"
      " WHERE parent = ?1 AND state IN (?2, ?3, ?4, ?5) ORDER BY job.id LIMIT 1",
      job_id, v1::JOB_STATE_QUEUED, v1::JOB_STATE_RUNNING, v1::JOB_STATE_HELD,
      v1::JOB_STATE_BLOCKED);
  return row.Next() ? std::optional(row.Column<int64_t>(0)) : std::nullopt;
}

}  // namespace geometer::server
