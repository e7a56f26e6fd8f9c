#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "geometer/v1/job.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// Fills in the step and the digest of every parent that the explicit `spec` starts from, and the
// networks of embeddings, so that the spec says exactly what runs.
//
// INVALID_ARGUMENT, naming field and value: no such job, another step than its last, another digest
// than its weights'; of an embedding another network than its, other normalised inputs, or a job of
// two networks or on an embedding itself. FAILED_PRECONDITION, naming its state: it ended without
// success, or left no weights. UNAVAILABLE, where that is all there is against it: a parent has not
// ended.
absl::Status ResolveParents(Database& database, v1::JobSpec& spec);

// Remembers the parents in `spec` as those of job `job_id`. Part of the writer's transaction.
void InsertParents(Database& database, int64_t job_id, const v1::JobSpec& spec);

// The oldest job that has not ended and starts from `job_id`.
std::optional<int64_t> FindLiveChild(Database& database, int64_t job_id);

}  // namespace geometer::server
