#include "server/storage/reader_pool.h"

namespace geometer::server {
namespace {

absl::Status RunOnOneView(Database& database, const Work& work) {
  try {
    Transaction view(database, Transaction::Kind::kRead);
    return work(database);
  } catch (const DatabaseError& error) {
    return error.status();
  }
}

}  // namespace

ReaderPool::ReaderPool(std::vector<Database> databases, size_t queue_capacity)
    : queue_capacity_(queue_capacity), databases_(std::move(databases)) {
  for (Database& database : databases_) {
    threads_.emplace_back([this, &database] { Loop(database); });
  }
}

ReaderPool::~ReaderPool() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

void ReaderPool::Submit(Work work, Done done) {
  {
    MutexLock lock(mutex_);
    if (queue_.size() < queue_capacity_) {
      queue_.emplace_back(std::move(work), std::move(done));
      done = nullptr;
    }
  }
  if (done) return done(absl::ResourceExhaustedError("too many reads wait: try again later"));
  changed_.NotifyOne();
}

void ReaderPool::Loop(Database& database) {
  while (true) {
    const auto [work, done] = Take();
    if (!work) return;
    done(RunOnOneView(database, work));
  }
}

ReaderPool::Item ReaderPool::Take() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !closing_) changed_.Wait(mutex_);
  if (queue_.empty()) return {};
  Item item = std::move(queue_.front());
  queue_.pop_front();
  return item;
}

}  // namespace geometer::server
