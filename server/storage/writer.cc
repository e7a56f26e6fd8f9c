#include "server/storage/writer.h"

#include <utility>

namespace geometer::server {
namespace {

// Runs `work` so that its error undoes only what it changed itself.
absl::Status RunInSavepoint(Database& database, const Work& work) {
  absl::Status status;
  database.Run("SAVEPOINT work");
  try {
    status = work(database);
  } catch (const DatabaseError& error) {
    status = error.status();
  }
  if (!status.ok()) database.Run("ROLLBACK TO work");
  database.Run("RELEASE work");
  return status;
}

}  // namespace

Writer::Writer(Database database, Options options)
    : options_(options), database_(std::move(database)), thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void Writer::Submit(Work work, Done done, int64_t rows) {
  {
    MutexLock lock(mutex_);
    if (queue_.size() < options_.queue_capacity) {
      queue_.push_back({std::move(work), std::move(done), rows, absl::OkStatus()});
      done = nullptr;
    }
  }
  if (done) return done(absl::ResourceExhaustedError("too many writes wait: try again later"));
  changed_.NotifyOne();
}

size_t Writer::QueueLength() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

void Writer::Loop() {
  while (true) {
    Batch batch = TakeBatch();
    if (batch.empty()) return;
    Commit(batch);
    for (Item& item : batch) item.done(item.status);
  }
}

Writer::Batch Writer::TakeBatch() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !closing_) changed_.Wait(mutex_);
  Batch batch;
  for (int64_t rows = 0; !queue_.empty() && rows < options_.rows_per_commit;) {
    rows += queue_.front().rows;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Writer::Commit(Batch& batch) {
  try {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    for (Item& item : batch) item.status = RunInSavepoint(database_, item.work);
    transaction.Commit();
  } catch (const DatabaseError& error) {
    for (Item& item : batch) item.status = error.status();
  }
}

}  // namespace geometer::server
