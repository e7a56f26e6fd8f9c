#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "geometer/v1/measurement.pb.h"
#include "worker/agent/descriptor.h"

namespace geometer::worker {

// Where one attempt keeps its records, checkpoints and artifacts.
struct AttemptFolder {
  int64_t job_id = 0;
  int64_t attempt_id = 0;
  std::filesystem::path path;

  std::filesystem::path spool() const { return path / "spool"; }
};

// A worker's folder, which belongs to one process at a time:
//
//   id                     the worker's name: "host-1a2b3c4d", made once
//   lock                   held while a worker runs
//   jobs/JOB/ATTEMPT/      one per attempt; `spool` in it exists until the server has all records
//
// An attempt's folder outlives it only while its job may resume from it. Not thread-safe.
class DataFolder {
 public:
  // Makes the folder where it is missing. FAILED_PRECONDITION: another worker runs in it.
  static absl::StatusOr<DataFolder> Open(const std::filesystem::path& root);

  const std::string& worker_id() const { return worker_id_; }

  // Makes an attempt's folder, empty: a server that lost its last moments may name an attempt
  // again.
  absl::StatusOr<AttemptFolder> Create(int64_t job_id, int64_t attempt_id) const;
  // Attempts whose records the server may not have, by attempt id.
  std::vector<AttemptFolder> Unfinished() const;
  // Whether `path`, which comes from the network, is a file in some attempt's folder, whatever
  // links and dots it goes through.
  bool HoldsCheckpoint(const std::filesystem::path& path) const;

  // The server has all records of the attempt, which ended with `finish`. If the job ended with it,
  // its folders are deleted; else the spool, and, once this attempt took a checkpoint of its own
  // (`resumable`), the folders of the job's earlier attempts.
  void Settle(const AttemptFolder& attempt, const v1::Finish& finish, bool resumable) const;
  // The server wants no more of the attempt: deletes its spool. Its checkpoints stay: the job may
  // go on from one that the server knows.
  void Drop(const AttemptFolder& attempt) const;

 private:
  DataFolder(std::filesystem::path jobs, Descriptor lock, std::string worker_id)
      : jobs_(std::move(jobs)), lock_(std::move(lock)), worker_id_(std::move(worker_id)) {}
  std::vector<AttemptFolder> Attempts(int64_t job_id) const;

  std::filesystem::path jobs_;  // canonical
  Descriptor lock_;
  std::string worker_id_;
};

}  // namespace geometer::worker
