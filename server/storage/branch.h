#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "server/storage/database.h"

namespace geometer::server {

// A saved state that an attempt can resume from.
struct Resume {
  int64_t attempt_id = 0;  // that took it
  int64_t step = 0;
  std::string path;  // on its worker's machine
};

// The newest checkpoint on the job's live branch that was taken on that worker.
std::optional<Resume> NewestCheckpoint(Database& database, int64_t job_id,
                                       const std::string& worker_id);

// Makes the chain that ends with `parent_id` at `step` all that is live of the job, and its latest
// values and curves those of that chain; without a parent nothing is live. Part of the writer's
// transaction. FAILED_PRECONDITION when the parent has no live checkpoint at that step.
absl::Status CutBranch(Database& database, int64_t job_id, std::optional<int64_t> parent_id,
                       int64_t step);

}  // namespace geometer::server
