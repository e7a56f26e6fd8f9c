#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "proto/concurrency/mutex.h"

namespace geometer::server {

// Open streams of one kind, so that they can be told things. Thread-safe. Members are told outside
// its lock, kept alive by the pointers that it gives out.
template <typename Stream>
class StreamSet {
 public:
  // False after Drain: the stream must end itself.
  bool Add(std::shared_ptr<Stream> stream) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (!draining_) streams_.push_back(std::move(stream));
    return !draining_;
  }

  void Remove(const Stream* stream) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    std::erase_if(streams_, [&](const auto& open) { return open.get() == stream; });
  }

  template <typename Predicate>
  std::vector<std::shared_ptr<Stream>> Where(Predicate predicate) const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    std::vector<std::shared_ptr<Stream>> found;
    std::copy_if(streams_.begin(), streams_.end(), std::back_inserter(found),
                 [&](const auto& stream) { return predicate(*stream); });
    return found;
  }

  // Takes all of them out and no more in.
  std::vector<std::shared_ptr<Stream>> Drain() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    draining_ = true;
    return std::exchange(streams_, {});
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::shared_ptr<Stream>> streams_ GUARDED_BY(mutex_);
  bool draining_ GUARDED_BY(mutex_) = false;
};

}  // namespace geometer::server
