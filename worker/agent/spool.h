#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "geometer/v1/worker_service.pb.h"
#include "proto/concurrency/mutex.h"
#include "worker/agent/descriptor.h"

namespace geometer::worker {

// Longest record: with others it must fit into one request (channel::kMaxMessageBytes).
inline constexpr size_t kMaxRecordBytes = 8 << 20;

// The records of one attempt, in a file of delimited Record messages: appended, numbered, never
// changed, read again as often as the server needs. Memory does not grow with the file.
//
// Survives the end of the worker process, not that of the machine: nothing is synced, because the
// server only ever resumes from what is durable there. Thread-safe.
class Spool {
 public:
  // Opens or creates `file`. What follows the last whole record of `attempt_id` in rising order
  // (the torn tail of an interrupted write) is cut off.
  static absl::StatusOr<std::shared_ptr<Spool>> Open(const std::filesystem::path& file,
                                                     int64_t attempt_id);

  // Numbers `record` one higher than the last one and appends it; after a failure the file is as
  // before. FAILED_PRECONDITION: the attempt has its Finish. RESOURCE_EXHAUSTED: the record is
  // longer than kMaxRecordBytes, or the disk is full.
  absl::Status Append(v1::Record record) EXCLUDES(mutex_);

  // The next record's number will be higher than `sequence`: the server has that many, of which
  // the end was lost here.
  void SkipTo(uint64_t sequence) EXCLUDES(mutex_);

  // Returns the records after `sequence`, in order, until they reach a limit; at least one, if
  // there is one. Reads on where the last call ended, else from the file's start.
  struct Limits {
    size_t bytes;
    size_t records;
  };
  absl::StatusOr<std::vector<v1::Record>> ReadAfter(uint64_t sequence, Limits limits)
      EXCLUDES(mutex_);

  int64_t attempt_id() const { return attempt_id_; }
  uint64_t last_sequence() const EXCLUDES(mutex_);
  uint64_t bytes() const EXCLUDES(mutex_);
  // Whether it holds a checkpoint.
  bool resumable() const EXCLUDES(mutex_);
  // The last record, once the attempt has ended.
  std::optional<v1::Finish> finish() const EXCLUDES(mutex_);

 private:
  struct Position {
    uint64_t sequence = 0;  // of the record that ends at `offset`
    uint64_t offset = 0;
  };

  Spool(Descriptor file, int64_t attempt_id) : attempt_id_(attempt_id), file_(std::move(file)) {}
  absl::Status Recover() EXCLUDES(mutex_);
  void Extend(const v1::Record& record, uint64_t offset) REQUIRES(mutex_);

  const int64_t attempt_id_;
  const Descriptor file_;
  mutable Mutex mutex_;
  Position end_ GUARDED_BY(mutex_);
  Position read_ GUARDED_BY(mutex_);  // where ReadAfter ended
  bool resumable_ GUARDED_BY(mutex_) = false;
  std::optional<v1::Finish> finish_ GUARDED_BY(mutex_);
};

}  // namespace geometer::worker
