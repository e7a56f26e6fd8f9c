#pragma once

#include <cstddef>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "proto/concurrency/mutex.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace geometer::server {

// A fixed number of threads, each with a read-only connection. Thread-safe.
//
// A piece of work sees one state of the store, at least as new as every write that was acknowledged
// before it was submitted.
class ReaderPool {
 public:
  // One thread for each of `databases`; at most `queue_capacity` pieces of work wait.
  ReaderPool(std::vector<Database> databases, size_t queue_capacity);
  // Finishes what is queued, then joins the threads.
  ~ReaderPool();

  // Queues `work`. `done` is called exactly once: on a reader's thread with what `work` returned,
  // or INTERNAL when the database failed; or at once, on this thread, with RESOURCE_EXHAUSTED when
  // the queue is full.
  void Submit(Work work, Done done) EXCLUDES(mutex_);

 private:
  using Item = std::pair<Work, Done>;

  void Loop(Database& database);
  Item Take() EXCLUDES(mutex_);  // empty: closing

  const size_t queue_capacity_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Item> queue_ GUARDED_BY(mutex_);
  bool closing_ GUARDED_BY(mutex_) = false;
  std::vector<Database> databases_;  // each its thread's own
  std::vector<std::thread> threads_;
};

}  // namespace geometer::server
