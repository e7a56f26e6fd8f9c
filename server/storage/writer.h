#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "proto/concurrency/mutex.h"
#include "server/storage/database.h"

namespace geometer::server {

// What to do with a connection. An error undoes all that this piece of work changed.
using Work = std::function<absl::Status(Database&)>;
// Told how it went.
using Done = std::function<void(const absl::Status&)>;

// The one thread that changes the store. Thread-safe.
//
// Group commit: whatever queued while the previous transaction was being synced (at most 10,000
// rows) goes into the next one, each piece of work in a savepoint of its own, in the order of
// submission. So a lone write waits for one sync, and many share one; there is no timer.
class Writer {
 public:
  struct Options {
    size_t queue_capacity = 10'000;  // pieces of work
    int64_t rows_per_commit = 10'000;
  };

  Writer(Database database, Options options);
  // Finishes what is queued, then joins the thread.
  ~Writer();

  // Queues `work`, which will change about `rows` rows. `done` is called exactly once: on the
  // writer's thread after the commit is on disk, with `work`'s own error if it had one, or INTERNAL
  // when the database failed (then nothing was changed); or at once, on this thread, with
  // RESOURCE_EXHAUSTED when the queue is full. `done` must be quick; it may submit more work.
  void Submit(Work work, Done done, int64_t rows = 1) EXCLUDES(mutex_);

  // Pieces of work that wait.
  size_t QueueLength() const EXCLUDES(mutex_);

 private:
  struct Item {
    Work work;
    Done done;
    int64_t rows;
    absl::Status status;
  };
  using Batch = std::vector<Item>;

  void Loop();
  Batch TakeBatch() EXCLUDES(mutex_);
  void Commit(Batch& batch);

  const Options options_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Item> queue_ GUARDED_BY(mutex_);
  bool closing_ GUARDED_BY(mutex_) = false;
  Database database_;  // the thread's own
  std::thread thread_;
};

}  // namespace geometer::server
