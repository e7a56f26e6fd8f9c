#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/job_service.pb.h"
#include "server/storage/database.h"

namespace geometer::server {

// Columns of a job's row, for ReadJob.
inline constexpr char kJobColumns[] =
    "job.id, job.name, job.state, job.cancel_requested, job.owner, job.submit_time, job.start_time,"
    " job.end_time, job.spec_sha256, job.message";

// A job as a list shows it, from a row that was selected as kJobColumns: with tags and latest
// values, without attempts and spec.
v1::Job ReadJob(Database& database, const Statement& row);

// A job's attempts, oldest first.
std::vector<v1::Attempt> ReadAttempts(Database& database, int64_t job_id);

// A job's explicit spec. DATA_LOSS when it can't be parsed.
absl::StatusOr<v1::JobSpec> ReadSpec(Database& database, int64_t job_id);

// A job's state; NOT_FOUND.
absl::StatusOr<v1::JobState> ReadState(Database& database, int64_t job_id);

}  // namespace geometer::server
