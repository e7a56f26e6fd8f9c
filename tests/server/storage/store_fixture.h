#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/storage/job_store.h"
#include "server/storage/migrations.h"
#include "server/storage/record_store.h"
#include "server/storage/result_store.h"
#include "tests/server/storage/temporary_folder.h"

namespace geometer::server {

inline constexpr char kWorker[] = "worker-1";

// A real database file with the stores over one connection, and short ways to act as user and
// worker.
class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    std::filesystem::create_directories(artifacts);
    EXPECT_TRUE(Migrate(database).ok());
  }

  Submission SubmissionOf(const std::string& name, const std::string& request_id = "") const;
  // Queues a job; its id.
  int64_t Submit(const std::string& name = "job");
  // Offers the job and begins the attempt; its id. It resumes wherever the store says.
  int64_t Begin(int64_t job_id, const std::string& worker_id = kWorker);
  // A worker's record with the next sequence.
  absl::StatusOr<Applied> Send(int64_t attempt_id, v1::Record record);
  absl::StatusOr<Applied> SendAs(const std::string& worker_id, int64_t attempt_id,
                                 uint64_t sequence, v1::Record record);
  // All points of the job by QueryPoints, as (step, value), over all parts.
  std::vector<std::pair<uint64_t, double>> Points(int64_t job_id, uint32_t max_points = 0);
  // The first column of the first row.
  int64_t Count(const std::string& sql);
  v1::JobState StateOf(int64_t job_id) { return jobs.Get(job_id)->state(); }

  TemporaryFolder folder;
  std::filesystem::path artifacts = folder.path() / "artifacts";
  Database database = *Database::Open(folder.path() / "geometer.db", Database::Role::kWriter);
  JobStore jobs{database};
  RecordStore records{database, artifacts};
  ResultStore results{database};
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

// Records.
v1::Record PointsOf(const std::vector<std::pair<uint64_t, double>>& points,
                    const std::string& quantity = "loss");
v1::Record LogOf(const std::vector<std::string>& lines);
v1::Record CheckpointAt(uint64_t step);
v1::Record FinishOf(v1::Outcome outcome, v1::FailureReason reason = v1::FAILURE_REASON_UNSPECIFIED);

// The code of a call's status.
template <typename Result>
absl::StatusCode CodeOf(const Result& result) {
  if constexpr (requires { result.status(); }) {
    return result.status().code();
  } else {
    return result.code();
  }
}

}  // namespace geometer::server
