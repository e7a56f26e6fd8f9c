#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// The artifact that a job's trained network is.
inline constexpr char kWeightsArtifact[] = "weights.safetensors";

// Fills in the step and the digest of every parent that the explicit `spec` starts from, so that
// the spec says exactly what runs.
//
// INVALID_ARGUMENT, naming field and value: no such job, another step than its last, another digest
// than its weights'. FAILED_PRECONDITION, naming its state and what to do: it has not succeeded, or
// left no weights.
absl::Status ResolveParents(Database& database, v1::JobSpec& spec);

// Remembers the parents in `spec` as those of job `job_id`. Part of the writer's transaction.
void InsertParents(Database& database, int64_t job_id, const v1::JobSpec& spec);

// The oldest job that has not ended and starts from `job_id`.
std::optional<int64_t> FindLiveChild(Database& database, int64_t job_id);

}  // namespace geometer::server
